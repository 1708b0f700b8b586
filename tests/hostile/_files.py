"""Files that are there already: mails as they are, anything else as the attachment of a mail."""

from pathlib import Path
from random import Random

from ingestd.readers import mime
from tests.hostile._hostile import Hostile, wrapped


def hostile_of(file: Path, folder: Path) -> Hostile:
    """Return the mail that brings a file. What must become of it, its name does not tell: it is to be
    survived, and whoever knows more asks the result."""
    content = file.read_bytes()
    is_mail = file.suffix in (".eml", ".smtp") or mime.is_message(content)
    mail = content if is_mail else wrapped(Random(0), file.name, content)
    family = file.relative_to(folder).parts[0]
    return Hostile(family, 0, 0, str(file.relative_to(folder)), mail, must_hold=False)
