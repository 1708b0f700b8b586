"""Fields from pages. So far: the text layer of a PDF and what kind of document its words tell of."""
