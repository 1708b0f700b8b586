"""Where mail comes from. A source is a module or folder here with `async def run(settings, ...)`, which
runs until it is cancelled and ends everything in the intake; `ingestd/cli/serve.py` starts it.
"""
