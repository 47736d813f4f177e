"""What is wrong with a disk, where the libraries that write to it do not say it in so many words."""

import os
import shutil
from pathlib import Path

from index.errors import StoreError

FULL = "the disk is full; free some space and run the same command again: what is indexed stays."
NOT_WRITABLE = "it cannot be written; check its permissions and whether the disk is read-only."

_LEAST = 16_000_000
"""Bytes: a disk with fewer left is full, for the stores write files anew before they drop the old ones."""

# SQLite's code, Rust's and C's words.
_FULL_WORDS = ("(code: 13)", "No space left", "StorageFull")
_NOT_WRITABLE_WORDS = ("(code: 8)", "(code: 1032)", "Read-only file system", "Permission denied", "PermissionDenied")


def need_room(folder: Path, wanted: int = 0) -> None:
    """See that there is room to write so many bytes, before anything is begun that a full disk would cut short.

    Raises:
        StoreError: there is none.
    """
    if shutil.disk_usage(folder).free < _LEAST + wanted:
        raise StoreError(f"{folder}: {FULL}")


def is_read_only(folder: Path) -> bool:
    """Whether the disk that a folder lies on takes no writes at all, from nobody."""
    return folder.exists() and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def trouble(path: Path, said: str) -> str | None:
    """What is wrong with the disk or the permissions of a path, if that is it; `said` are the library's words."""
    place = next(each for each in (path, *path.parents) if each.exists())
    if any(word in said for word in _FULL_WORDS) or shutil.disk_usage(place).free < _LEAST:
        return FULL
    if any(word in said for word in _NOT_WRITABLE_WORDS) or not os.access(place, os.W_OK):
        return NOT_WRITABLE
    return None
