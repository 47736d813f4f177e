"""What every format needs: where a stream comes from, how large it may be, and how a failure is worded."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass

from index.records import Problem

MB = 1_000_000
READ_ERRORS = (OSError, EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a stream comes from: its path for the person, the name that tells its format, the limit in bytes.

    `only` is the path of the one record that is wanted, where it is one.
    """

    path: str
    name: str
    limit: int
    only: str | None = None

    @property
    def limit_text(self) -> str:
        """The limit as a person reads it."""
        return f"{self.limit // MB} MB"

    def inner(self, name: str) -> "Box":
        """A member of this archive."""
        return Box(f"{self.path}!{name}", name.lower(), self.limit, self.only)

    def passes_over(self, path: str) -> bool:
        """Whether the record at this path is not the one that is wanted."""
        return self.only is not None and path != self.only


def too_large(box: Box, size: int | None) -> Problem:
    """The refusal of what exceeds the limit; a size of None is known only by unpacking."""
    said = f"is {size / MB:.0f} MB large" if size else "is larger when unpacked"
    return Problem(
        box.path,
        f"{said}, more than the {box.limit_text} that are read; split it or raise max_file_mb in the settings.",
    )


def sha256_of(data: bytes) -> str:
    """By which the same text is known again."""
    return hashlib.sha256(data).hexdigest()


def why(error: Exception) -> str:
    """The reason that an error gives, in few words."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    # Some errors go on for lines; the first one says it.
    return said.splitlines()[0].rstrip(".: ").lower()
