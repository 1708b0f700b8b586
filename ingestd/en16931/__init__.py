"""The EN 16931 semantic model bound to its syntaxes: an XML document in, `model.Invoice` out.

Syntax names (`cbc:ID`, `ram:TypeCode`) stay inside the binding of that syntax.
"""
