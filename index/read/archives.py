"""ZIP, tar and gzip: each member read as a file of its own, none unpacked to disk."""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from index.read.box import READ_ERRORS, Box, too_large, why
from index.read.streams import read_stream
from index.records import Message, Problem

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz")
_NESTED = (*_ARCHIVES, ".gz", ".bz2", ".xz", ".7z", ".rar")


def read_zip(path: Path, box: Box) -> Iterator[Message | Problem]:
    """The messages of a ZIP archive, member by member."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                yield Problem(box.path, "the archive holds no file; nothing was read from it.")
            for member in members:
                if box.only is None or box.only.startswith(box.inner(member.filename).path):
                    yield from _read_zip_member(archive, member, box)
    except zipfile.BadZipFile as error:
        yield Problem(box.path, f"the archive is broken or cut short ({why(error)}); fetch it again.")
    except (NotImplementedError, ValueError, RuntimeError, *READ_ERRORS) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        yield Problem(box.path, f"the archive is broken or cut short ({why(error)}); fetch it again.")


def _read_zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, box: Box) -> Iterator[Message | Problem]:
    name = member.filename
    inner = box.inner(name)
    refusal = _refusal(inner, name, link=stat.S_ISLNK(member.external_attr >> 16), size=member.file_size)
    if member.flag_bits & 0x1:
        refusal = Problem(inner.path, "is encrypted and was left out; unpack the archive with its password first.")
    if refusal is not None:
        yield from _say_unless_hidden(refusal, name)
        return
    try:
        with archive.open(member) as stream:
            yield from read_stream(stream, inner, member.file_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, *READ_ERRORS) as error:
        yield Problem(inner.path, f"cannot be unpacked ({why(error)}) and was left out; fetch the archive again.")


def read_tar(path: Path, box: Box) -> Iterator[Message | Problem]:
    """The messages of a tar archive, compressed or not; cut short, it gives what came before."""
    found = False
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                if member.isdir():
                    continue
                found = True
                yield from _read_tar_member(archive, member, box)
                # The list of members would grow with the archive; each is read once.
                archive.members = []  # type: ignore[attr-defined]
        if not found:
            yield Problem(box.path, "the archive holds no file; nothing was read from it.")
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        rest = "; what came before was read" if found else ""
        yield Problem(box.path, f"the archive is broken or cut short ({why(error)}){rest}; fetch it again.")


def _read_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, box: Box) -> Iterator[Message | Problem]:
    name = member.name
    inner = box.inner(name)
    refusal = _refusal(inner, name, link=not member.isreg(), size=member.size)
    if refusal is not None:
        yield from _say_unless_hidden(refusal, name)
        return
    stream = archive.extractfile(member)
    if stream is not None:
        with stream:
            yield from read_stream(stream, inner, member.size)


def _refusal(inner: Box, name: str, *, link: bool, size: int) -> Problem | None:
    """Why a member is left out, if it is: a name that climbs out, a link, an archive in the archive, its size."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if ".." in parts.parts or parts.is_absolute() or name[1:3] in (":\\", ":/"):
        return Problem(inner.path, "its name leads out of the archive, so it was left out; the rest was read.")
    if link:
        return Problem(inner.path, "is a link or a special file and was left out; pack the file itself.")
    if inner.name.endswith(_NESTED):
        return Problem(inner.path, "is an archive inside an archive and was left out; unpack it first.")
    streamed = inner.name.endswith((".jsonl", ".ndjson", ".csv", ".xml"))
    return too_large(inner, size) if size > inner.limit and not streamed else None


def _say_unless_hidden(problem: Problem, name: str) -> Iterator[Problem]:
    if not PurePosixPath(name).name.startswith(("._", ".DS_Store")):
        yield problem


def read_gzip(path: Path, box: Box) -> Iterator[Message | Problem]:
    """The messages of one compressed file, by the format that its name has without `.gz`."""
    inner = replace(box, name=box.name.removesuffix(".gz"))
    if inner.name.endswith(_NESTED):
        yield Problem(box.path, "is an archive inside an archive and was left out; unpack it first.")
        return
    try:
        with gzip.open(path) as stream:
            yield from read_stream(stream, inner, None)  # type: ignore[arg-type]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Problem(box.path, f"the archive is broken or cut short ({why(error)}); fetch it again.")
