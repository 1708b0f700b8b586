"""The official rule sets: where they come from, and the engine that runs them.

Rule sets are the publishers' own XSLT. They run in a process of their own (`engine`), which can open
nothing and is watched by `runner`; nothing here decides what a broken rule means for an invoice.
"""
