"""A byte stream -> messages, by the format that its name tells: a file, or a member of an archive."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from index.read.box import Box
from index.read.cablegate import read_csv
from index.read.jsonl import read_jsonl
from index.read.tei import read_tei
from index.read.text import read_text
from index.records import Message, Problem

_OTHER_FORMATS = {
    ".pdf": "a PDF", ".doc": "a Word document", ".docx": "a Word document", ".odt": "a text-processor document",
    ".rtf": "a rich-text document", ".xls": "a spreadsheet", ".xlsx": "a spreadsheet", ".ods": "a spreadsheet",
    ".ppt": "a presentation", ".pptx": "a presentation", ".png": "a picture", ".jpg": "a picture", ".jpeg": "a picture",
    ".gif": "a picture", ".tif": "a picture", ".tiff": "a picture", ".mp3": "a recording", ".mp4": "a film",
    ".exe": "a program", ".sqlite": "a database", ".db": "a database", ".parquet": "a table in Parquet",
}  # fmt: skip
_UNREAD_ARCHIVES = {
    ".bz2": "a bzip2 archive", ".xz": "an xz archive", ".7z": "a 7-Zip archive", ".rar": "a RAR archive",
}  # fmt: skip


def read_stream(stream: IO[bytes], box: Box, size: int | None) -> Iterator[Message | Problem]:
    """The messages of one stream.

    Args:
        size: in bytes, where it is known before reading.
    """
    suffix = PurePosixPath(box.name).suffix
    if suffix in _OTHER_FORMATS or suffix in _UNREAD_ARCHIVES:
        what = _OTHER_FORMATS.get(suffix) or _UNREAD_ARCHIVES[suffix]
        remedy = "convert it to text first" if suffix in _OTHER_FORMATS else "unpack it first"
        yield Problem(box.path, f"is {what}, which is not read; {remedy}.")
    elif suffix in (".jsonl", ".ndjson"):
        yield from read_jsonl(stream, box)
    elif suffix == ".xml":
        yield from read_tei(stream, box)
    elif suffix == ".csv":
        yield from read_csv(stream, box)
    else:
        yield from read_text(stream, box, size)
