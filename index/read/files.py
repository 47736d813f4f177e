"""Files under paths, and one file -> its messages, by what its name says it is."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.read.archives import read_gzip, read_tar, read_zip
from index.read.box import MB, Box, why
from index.read.streams import read_stream
from index.records import Message, Problem


def files_in(paths: Iterable[Path]) -> Iterator[Path | Problem]:
    """Every file under the paths, in sorted order; what is hidden is skipped, links to folders are not followed."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _files_under(path)
            elif path.exists():
                yield path
            else:
                yield Problem(str(path), "no such file or folder; check the path.")
        except OSError as error:
            yield Problem(str(path), f"cannot be opened ({why(error)}); check its permissions.")


def _files_under(folder: Path) -> Iterator[Path | Problem]:
    found = False
    for item in _walk(folder):
        found = True
        yield item
    if not found:
        yield Problem(str(folder), "the folder holds no file; check the path.")


def _walk(folder: Path) -> Iterator[Path | Problem]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Problem(str(folder), f"the folder cannot be listed ({why(error)}); check its permissions.")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry)
        elif entry.exists() or entry.is_symlink():
            yield entry


def read_file(path: Path, *, max_file_mb: int = 100, only: str | None = None) -> Iterator[Message | Problem]:
    """The messages of one file, one for each raw cable.

    Args:
        max_file_mb: largest text file, archive member or line of JSON that is read, in MB of 1,000,000 bytes.
        only: the path of a message; others may be passed over.
    """
    box = Box(str(path), path.name.lower(), max_file_mb * MB, only)
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            yield Problem(box.path, "is no regular file; give a file or a folder.")
        elif info.st_size == 0:
            yield Problem(box.path, "the file is empty; nothing was read from it.")
        else:
            yield from _by_format(path, box, info.st_size)
    except FileNotFoundError:
        yield Problem(box.path, "no such file; check the path.")
    except PermissionError:
        yield Problem(box.path, "cannot be opened (permission denied); check its permissions.")
    except OSError as error:
        yield Problem(box.path, f"cannot be read ({why(error)}); check the file and the disk it is on.")


def _by_format(path: Path, box: Box, size: int) -> Iterator[Message | Problem]:
    name = box.name
    if name.endswith(".zip"):
        yield from read_zip(path, box)
    elif name.endswith((".tar", ".tgz", ".tar.gz")):
        yield from read_tar(path, box)
    elif name.endswith(".gz"):
        yield from read_gzip(path, box)
    else:
        with path.open("rb") as stream:
            yield from read_stream(stream, box, size)
