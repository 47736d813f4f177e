"""A path -> Messages, one raw cable each, whatever the archive's format.

Text with one or many cables, ZIP, tar, gzip, JSON Lines, Cablegate CSV. Archives, JSON Lines and CSV
are streamed. What cannot be read is a `Problem` with one plain sentence: never an exception, never silence.
"""

import csv
import gzip
import hashlib
import io
import json
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from index.boundaries import split_cables
from index.parse.structured import structured_text
from index.records import Anomaly, Message, Problem, Source

_MB = 1_000_000
_CSV_COLUMNS = ("id", "date", "refid", "origin", "classification", "references", "header", "body")
_COLUMNS_TEXT = f"the {len(_CSV_COLUMNS)} of Cablegate ({', '.join(_CSV_COLUMNS)})"
_WRONG_ROWS = 10
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz")
_NESTED = (*_ARCHIVES, ".gz", ".bz2", ".xz", ".7z", ".rar")
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
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x0b\x1a\x1b\x08\x03\x02\x01\x04\x07")
_SNIFFED = 8192
_READ_ERRORS = (OSError, EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a stream comes from: its path for the person, the name that tells its format, the limit in bytes."""

    path: str
    name: str
    limit: int
    nested: bool = False

    @property
    def limit_text(self) -> str:
        return f"{self.limit // _MB} MB"


# ── files ────────────────────────────────────────────────────────────────────────────────────


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
            yield Problem(str(path), f"cannot be opened ({_why(error)}); check its permissions.")


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
        yield Problem(str(folder), f"the folder cannot be listed ({_why(error)}); check its permissions.")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry)
        elif entry.exists() or entry.is_symlink():
            yield entry


def read_file(path: Path, *, max_file_mb: int = 100) -> Iterator[Message | Problem]:
    """The messages of one file, one for each raw cable.

    Args:
        max_file_mb: largest text file, archive member or line of JSON that is read, in MB of 1,000,000 bytes.
    """
    box = _Box(str(path), path.name.lower(), max_file_mb * _MB)
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
        yield Problem(box.path, f"cannot be read ({_why(error)}); check the file and the disk it is on.")


def _by_format(path: Path, box: _Box, size: int) -> Iterator[Message | Problem]:
    name = box.name
    if name.endswith(".zip"):
        yield from _read_zip(path, box)
    elif name.endswith((".tar", ".tgz", ".tar.gz")):
        yield from _read_tar(path, box)
    elif name.endswith(".gz"):
        yield from _read_gzip(path, box)
    else:
        with path.open("rb") as stream:
            yield from _read_stream(stream, box, size)


def _read_stream(stream: IO[bytes], box: _Box, size: int | None) -> Iterator[Message | Problem]:
    """One file or member by the format that its name tells."""
    suffix = PurePosixPath(box.name).suffix
    if suffix in _OTHER_FORMATS or suffix in _UNREAD_ARCHIVES:
        what = _OTHER_FORMATS.get(suffix) or _UNREAD_ARCHIVES[suffix]
        remedy = "convert it to text first" if suffix in _OTHER_FORMATS else "unpack it first"
        yield Problem(box.path, f"is {what}, which is not read; {remedy}.")
    elif suffix in (".jsonl", ".ndjson"):
        yield from _read_jsonl(stream, box)
    elif suffix == ".csv":
        yield from _read_csv(stream, box)
    else:
        yield from _read_text(stream, box, size)


# ── text ─────────────────────────────────────────────────────────────────────────────────────


def _read_text(stream: IO[bytes], box: _Box, size: int | None) -> Iterator[Message | Problem]:
    if size is not None and size > box.limit:
        yield _too_large(box, size)
        return
    data = stream.read(box.limit + 1)
    if len(data) > box.limit:
        yield _too_large(box, None)
        return
    if not data.strip():
        what = "holds no text" if data else "is empty"
        yield Problem(box.path, f"{what}; nothing was read from it.")
        return
    if reason := _is_binary(data):
        yield Problem(box.path, reason)
        return
    text, anomaly, problem = _decode(data, box.path)
    if problem:
        yield problem
    if not text.strip():
        yield Problem(box.path, "holds no text; nothing was read from it.")
        return
    yield from _messages(text, data, box, anomaly)


def _messages(text: str, data: bytes, box: _Box, anomaly: Anomaly | None) -> Iterator[Message | Problem]:
    spans = list(split_cables(text))
    if len(spans) == 1:
        yield Message(text, Source(box.path, "text", _sha(data)), {}, (anomaly,) if anomaly else ())
        return
    line, position = 1, 0
    for start, end in spans:
        line += text.count("\n", position, start)
        position = start
        piece = text[start:end]
        found = (anomaly,) if anomaly and "\ufffd" in piece else ()
        source = Source(f"{box.path}:{line}", "text", _sha(piece.encode("utf-8", "surrogatepass")))
        yield Message(piece, source, {}, found)


def _too_large(box: _Box, size: int | None) -> Problem:
    said = f"is {size / _MB:.0f} MB large" if size else "is larger when unpacked"
    return Problem(
        box.path,
        f"{said}, more than the {box.limit_text} that are read; split it or raise max_file_mb in the settings.",
    )


def _is_binary(data: bytes) -> str | None:
    """Why these bytes are no text, or None. UTF-16 with its mark is text, though full of zeros."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    head = data[:5]
    if head == b"%PDF-":
        return "is a PDF, which is not read; convert it to text first."
    if data[:2] == b"PK":
        return "is a ZIP or office file under another name, which is not read; convert it to text or name it .zip."
    if data[:2] == b"\x1f\x8b":
        return "is a gzip file under another name; name it .gz."
    sample = data[:_SNIFFED]
    zeros = data.count(b"\0")
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    if zeros or controls * 20 > len(sample):
        what = f"{zeros} zero bytes" if zeros else "control bytes"
        return f"is not text (it holds {what}); convert it to text first."
    return None


def _decode(data: bytes, path: str) -> tuple[str, Anomaly | None, Problem | None]:
    """Text from bytes. A byte order mark decides; else UTF-8, with U+FFFD for what is none: nothing is guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return data.decode("utf-8"), None, None
        except UnicodeDecodeError as error:
            first = error.start
            text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if not bad:
        return text, None, None
    where = text.find("\ufffd") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else first
    detail = f"{bad} bytes are not valid UTF-8, the first at offset {where}"
    problem = Problem(path, f"{detail}; they are shown as \ufffd: save the file as UTF-8.", left_out=False)
    return text, Anomaly("encoding", detail), problem


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _why(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    # Some errors go on for lines; the first one says it.
    return said.splitlines()[0].rstrip(".: ").lower()


# ── archives ─────────────────────────────────────────────────────────────────────────────────


def _read_zip(path: Path, box: _Box) -> Iterator[Message | Problem]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                yield Problem(box.path, "the archive holds no file; nothing was read from it.")
            for member in members:
                yield from _read_zip_member(archive, member, box)
    except zipfile.BadZipFile as error:
        yield Problem(box.path, f"the archive is broken or cut short ({_why(error)}); fetch it again.")
    except (NotImplementedError, ValueError, RuntimeError, *_READ_ERRORS) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        yield Problem(box.path, f"the archive is broken or cut short ({_why(error)}); fetch it again.")


def _read_zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, box: _Box) -> Iterator[Message | Problem]:
    name = member.filename
    inner = _Box(f"{box.path}!{name}", name.lower(), box.limit, nested=True)
    refusal = _refusal(inner, name, link=stat.S_ISLNK(member.external_attr >> 16), size=member.file_size)
    if member.flag_bits & 0x1:
        refusal = Problem(inner.path, "is encrypted and was left out; unpack the archive with its password first.")
    if refusal is not None:
        yield from _say_unless_hidden(refusal, name)
        return
    try:
        with archive.open(member) as stream:
            yield from _read_stream(stream, inner, member.file_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, *_READ_ERRORS) as error:
        yield Problem(inner.path, f"cannot be unpacked ({_why(error)}) and was left out; fetch the archive again.")


def _read_tar(path: Path, box: _Box) -> Iterator[Message | Problem]:
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
        yield Problem(box.path, f"the archive is broken or cut short ({_why(error)}){rest}; fetch it again.")


def _read_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, box: _Box) -> Iterator[Message | Problem]:
    name = member.name
    inner = _Box(f"{box.path}!{name}", name.lower(), box.limit, nested=True)
    refusal = _refusal(inner, name, link=not member.isreg(), size=member.size)
    if refusal is not None:
        yield from _say_unless_hidden(refusal, name)
        return
    stream = archive.extractfile(member)
    if stream is not None:
        with stream:
            yield from _read_stream(stream, inner, member.size)


def _refusal(inner: _Box, name: str, *, link: bool, size: int) -> Problem | None:
    """Why a member is left out, if it is: a name that climbs out, a link, an archive in the archive, its size."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if ".." in parts.parts or parts.is_absolute() or name[1:3] in (":\\", ":/"):
        return Problem(inner.path, "its name leads out of the archive, so it was left out; the rest was read.")
    if link:
        return Problem(inner.path, "is a link or a special file and was left out; pack the file itself.")
    if inner.name.endswith(_NESTED):
        return Problem(inner.path, "is an archive inside an archive and was left out; unpack it first.")
    streamed = inner.name.endswith((".jsonl", ".ndjson", ".csv"))
    return _too_large(inner, size) if size > inner.limit and not streamed else None


def _say_unless_hidden(problem: Problem, name: str) -> Iterator[Problem]:
    if not PurePosixPath(name).name.startswith(("._", ".DS_Store")):
        yield problem


def _read_gzip(path: Path, box: _Box) -> Iterator[Message | Problem]:
    inner = _Box(box.path, box.name.removesuffix(".gz"), box.limit)
    if inner.name.endswith(_NESTED):
        yield Problem(box.path, "is an archive inside an archive and was left out; unpack it first.")
        return
    try:
        with gzip.open(path) as stream:
            yield from _read_stream(stream, inner, None)  # type: ignore[arg-type]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Problem(box.path, f"the archive is broken or cut short ({_why(error)}); fetch it again.")


# ── JSON Lines ───────────────────────────────────────────────────────────────────────────────


def _read_jsonl(stream: IO[bytes], box: _Box) -> Iterator[Message | Problem]:
    number, found = 0, False
    while line := stream.readline(box.limit + 1):
        number += 1
        path = f"{box.path}:{number}"
        if len(line) > box.limit and not line.endswith(b"\n"):
            yield Problem(path, f"the line is longer than the {box.limit_text} that are read; split it.")
            while line and not line.endswith(b"\n"):
                line = stream.readline(box.limit + 1)
            continue
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            found = True
            yield from _read_json_line(line, path)
    if not found:
        yield Problem(box.path, "holds no line of JSON; nothing was read from it.")


def _read_json_line(line: bytes, path: str) -> Iterator[Message | Problem]:
    text, anomaly, problem = _decode(line, path)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Problem(path, f"the line is no JSON ({_why(error)}); mend or remove it.")
        return
    if not isinstance(value, dict):
        yield Problem(path, 'the line is no JSON object; write one object a line, with "text" or "paragraphs".')
        return
    if problem:
        yield problem
    message = _message_of(value, Source(path, "jsonl", _sha(line)), (anomaly,) if anomaly else ())
    yield message or Problem(path, 'the object has neither "text" nor "paragraphs" with text; add one of them.')


def _message_of(value: dict[str, Any], source: Source, anomalies: tuple[Anomaly, ...]) -> Message | None:
    """A raw cable under `text`, or a structured one with `paragraphs`."""
    paragraphs, text = value.get("paragraphs"), value.get("text")
    if isinstance(paragraphs, list) and any(_has_text(item) for item in paragraphs):
        return Message(_plain(structured_text(value)), source, value, anomalies)
    if isinstance(text, str) and text.strip():
        beside = {key: item for key, item in value.items() if key not in ("text", "paragraphs")}
        return Message(_plain(text), source, beside, anomalies)
    return None


def _has_text(item: Any) -> bool:
    text = item.get("text") if isinstance(item, dict) else item
    return isinstance(text, str) and bool(text.strip())


def _plain(text: str) -> str:
    """Text that can be stored: JSON may spell half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


# ── Cablegate CSV ────────────────────────────────────────────────────────────────────────────


def _read_csv(stream: IO[bytes], box: _Box) -> Iterator[Message | Problem]:
    """Eight columns: id, date, refid, origin, classification, references, header, body; `\\` escapes quotes."""
    # The csv module's own limit on a field is a setting of the whole process; a field may be a whole cable.
    csv.field_size_limit(max(csv.field_size_limit(), box.limit))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.reader(text, quotechar='"', escapechar="\\", doublequote=True)
    number, found, wrong = 0, False, 0
    try:
        for row in rows:
            number += 1
            if not row or (number == 1 and [cell.strip().lower() for cell in row[:2]] == ["id", "date"]):
                continue
            if len(row) != len(_CSV_COLUMNS):
                wrong += 1
                yield Problem(f"{box.path}:{number}", f"the row has {len(row)} columns, not {_COLUMNS_TEXT}; mend it.")
                if not found and wrong == _WRONG_ROWS:
                    yield Problem(box.path, f"no row has {_COLUMNS_TEXT}; the rest was not read: give a Cablegate CSV.")
                    return
                continue
            found = True
            yield from _read_row(row, f"{box.path}:{number}")
    except csv.Error as error:
        yield Problem(box.path, f"row {number + 1} cannot be read ({_why(error)}), nor what follows it; mend the row.")
        return
    finally:
        text.detach()
    if not found and not wrong:
        yield Problem(box.path, "holds no row; nothing was read from it.")


def _read_row(row: list[str], path: str) -> Iterator[Message | Problem]:
    fields = dict(zip(_CSV_COLUMNS, row, strict=True))
    header, body = fields.pop("header"), fields.pop("body")
    if not body.strip():
        yield Problem(path, "the row has no text in its column body; mend or remove it.")
        return
    text = f"{header.rstrip()}\n\n{body}"
    anomalies: tuple[Anomaly, ...] = ()
    if bad := text.count("\ufffd"):
        detail = (
            f"{bad} bytes are not valid UTF-8, the first in character {text.index(chr(0xFFFD)) + 1} of the row's text"
        )
        yield Problem(path, f"{detail}; they are shown as \ufffd: save the file as UTF-8.", left_out=False)
        anomalies = (Anomaly("encoding", detail),)
    yield Message(text, Source(path, "csv", _sha("\x1f".join(row).encode())), fields, anomalies)
