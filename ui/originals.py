"""The text of a cable's source, read again from its file: what the offsets of its paragraphs count in."""

from pathlib import Path

from index.read import read_file
from index.records import Cable, Message

LOST = "The file has changed or gone since this cable was indexed; its original lines cannot be shown. Index it again."
"""Said where the text is not to be had."""


def source_text(cable: Cable, file: str | None, *, max_file_mb: int) -> str | None:
    """The text as it was indexed; None where the file that the cable was read from no longer holds it."""
    if file is None or not Path(file).is_file():
        return None
    for message in read_file(Path(file), max_file_mb=max_file_mb, only=cable.source.path):
        if isinstance(message, Message) and message.source == cable.source:
            return message.text
    return None
