"""Files that come through the page: limited in size, type and name, and kept under the home folder."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final

from index.errors import CorpusError

TYPES: Final = ("txt", "jsonl", "csv", "xml", "zip", "gz", "tar", "tgz")
"""What may be uploaded, by the end of its name."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 120


def safe_name(name: str) -> str:
    """A plain file name made from whatever was sent: no folders, no hidden file, letters and figures only.

    Raises:
        CorpusError: nothing is left of it, or it is no type that can be read.
    """
    last = PurePath(name.replace("\\", "/")).name
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    plain = _UNSAFE.sub("_", plain).lstrip("._-")
    stem, dot, end = plain.rpartition(".")
    if not dot or not stem or end.lower() not in TYPES:
        raise CorpusError(f"{last[:80]!r} cannot be read; upload {', '.join('.' + each for each in TYPES)}.")
    return f"{stem[: _LONGEST - len(end) - 1]}.{end.lower()}"


def keep(folder: Path, name: str, content: bytes, *, most_mb: int) -> Path:
    """Write an upload into the folder; one of the same name is replaced.

    Raises:
        CorpusError: it is too large, empty, or not to be read.
    """
    path = folder / safe_name(name)
    if len(content) > most_mb * 1_000_000:
        raise CorpusError(f"{path.name} has {len(content) / 1e6:.0f} MB, at most {most_mb} are taken; split it.")
    if not content:
        raise CorpusError(f"{path.name} is empty; choose another file.")
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")  # hidden files are not indexed
    part.write_bytes(content)
    part.replace(path)
    return path


def may_index(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a path lies in one of the folders, links followed."""
    real = path.resolve()
    return any(real.is_relative_to(folder.expanduser().resolve()) for folder in folders)
