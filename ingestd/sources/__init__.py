"""Where mail comes from. A source runs until it is cancelled and ends everything in the intake.

Each entry of `SOURCES` is a module of this folder with `async def run(settings, intake)`; it is
imported only when it runs, so that no source costs the others anything.
"""

SOURCES = {"smtp": "ingestd.sources.smtp"}
"""Name of a source to the module that runs it."""
