"""What a wrapping holds, as parts of its own: one way to name and place them for all readers."""

from ingestd.model import Part
from ingestd.readers import _field
from ingestd.readers._paths import child_path


def child(
    parent: Part,
    name: str,
    content: bytes,
    taken: set[str],
    *,
    kind: str = "",
    declared_type: str = "",
    disposition: str = "attachment",
    content_id: str = "",
) -> Part:
    """Return a file inside `parent`; `name` is the sender's and only for display, `taken` are the
    paths that its siblings have."""
    shown = _field.display_name(name)
    path = child_path(parent.path, shown, taken)
    return Part(
        path=path,
        kind=kind,
        content=content,
        filename=shown,
        declared_type=declared_type,
        disposition=disposition,
        content_id=content_id,
        parent=parent.path,
        trail=(*parent.trail, shown or path.rpartition("/")[2]),
    )


def body(parent: Part, content: bytes, declared_type: str, taken: set[str]) -> Part:
    """Return the text of a message that is no MIME (TNEF, Outlook), as if it were its body part:
    `content` in UTF-8, `declared_type` text/plain or text/html."""
    name = "body.html" if declared_type == "text/html" else "body.txt"
    path = child_path(parent.path, name, taken)
    trail = (*parent.trail, name)
    return Part(
        path=path,
        kind="",
        content=content,
        declared_type=declared_type,
        parent=parent.path,
        trail=trail,
    )


def message(parent: Part, subject: str, content: bytes, kind: str, taken: set[str]) -> Part:
    """Return a message inside `parent`. Its subject is shown, but it is no file name: `Re: a.pdf`
    promises no PDF."""
    shown = _field.display_name(subject) or "message"
    path = child_path(parent.path, shown, taken)
    trail = (*parent.trail, shown)
    return Part(path=path, kind=kind, content=content, parent=parent.path, trail=trail)
