"""The lines of an invoice (BG-25) from a regular table."""
