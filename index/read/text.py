"""Plain text: one cable or many in a file, in UTF-8 or with a byte order mark."""

from collections.abc import Iterator
from typing import IO

from index.boundaries import split_cables
from index.read.box import Box, sha256_of, too_large
from index.records import Anomaly, Message, Problem, Source

_STRANGE = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b\x08\x03\x02\x01\x04\x07"))
"""Control bytes that no text of a teleprinter or a screen holds."""
_SNIFFED = 8192


def read_text(stream: IO[bytes], box: Box, size: int | None) -> Iterator[Message | Problem]:
    """The cables of a text, cut apart where it holds several."""
    if size is not None and size > box.limit:
        yield too_large(box, size)
        return
    data = stream.read(box.limit + 1)
    if len(data) > box.limit:
        yield too_large(box, None)
        return
    if not data.strip():
        what = "holds no text" if data else "is empty"
        yield Problem(box.path, f"{what}; nothing was read from it.")
        return
    if reason := _is_binary(data):
        yield Problem(box.path, reason)
        return
    text, anomaly, problem = decode(data, box.path)
    if problem:
        yield problem
    if not text.strip():
        yield Problem(box.path, "holds no text; nothing was read from it.")
        return
    yield from _messages(text, data, box, anomaly)


def _messages(text: str, data: bytes, box: Box, anomaly: Anomaly | None) -> Iterator[Message | Problem]:
    spans = list(split_cables(text))
    if len(spans) == 1:
        yield Message(text, Source(box.path, "text", sha256_of(data)), {}, (anomaly,) if anomaly else ())
        return
    line, position = 1, 0
    for start, end in spans:
        line += text.count("\n", position, start)
        position = start
        piece = text[start:end]
        found = (anomaly,) if anomaly and "\ufffd" in piece else ()
        source = Source(f"{box.path}:{line}", "text", sha256_of(piece.encode("utf-8", "surrogatepass")))
        yield Message(piece, source, {}, found)


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
    controls = len(sample) - len(sample.translate(None, _STRANGE))
    if zeros or controls * 20 > len(sample):
        what = f"{zeros} zero bytes" if zeros else "control bytes"
        return f"is not text (it holds {what}); convert it to text first."
    return None


def decode(data: bytes, path: str) -> tuple[str, Anomaly | None, Problem | None]:
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
