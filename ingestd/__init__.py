"""ingestd: mail intake for purchase invoices."""

__version__ = "0.1.0"
