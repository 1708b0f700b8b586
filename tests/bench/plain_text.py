"""The text layer of a PDF as PDFium has it: what is written, whether it is seen or not."""

import re

import pypdfium2


def page_texts(content: bytes, pages: int) -> tuple[str, ...]:
    """Return the text of the first `pages` pages of a PDF, "" for a page without text; nothing for a
    document that does not open."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return tuple(_page_text(document, index) for index in range(min(pages, len(document))))
    except pypdfium2.PdfiumError:
        return ()


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        text: str = document[index].get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    return re.sub(r"[^\S\n]+", " ", text)
