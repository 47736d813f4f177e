"""FRUS volumes in TEI XML: one message for each `<div type="document">`, streamed.

Only one document is held at a time. A volume is data from elsewhere: entities that a file declares are refused,
since they can grow without bound or name other files, and nothing outside the file is ever opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from index.parse.structured import structured_text
from index.read.box import Box, sha256_of
from index.read.frus import fields_of
from index.records import Anomaly, Message, Problem, Source

_CHUNK = 1 << 16
_DEEPEST = 200
_TEI = "http://www.tei-c.org/ns/1.0 "
_VOLUME_ID = f"{_TEI}idno"
_REMEDY = "give a volume of FRUS in TEI, as its publisher has it."


class _RefusedError(Exception):
    """Why a file is not read on, in words for the person."""


def read_tei(stream: IO[bytes], box: Box) -> Iterator[Message | Problem]:
    """Every document of a volume, in order; one that is longer than the limit is a problem of its own."""
    volume = _Volume(box)
    found, problem = False, None
    try:
        while chunk := stream.read(_CHUNK):
            volume.feed(chunk)
            for item in volume.take():
                found = True
                yield item
        volume.feed(b"", last=True)
    except expat.ExpatError as error:
        problem = f"line {error.lineno} is not well-formed XML ({expat.ErrorString(error.code)})"
    except _RefusedError as error:
        problem = str(error)
    for item in volume.take():
        found = True
        yield item
    if problem:
        rest = ", and what follows was not read" if found else ""
        yield Problem(box.path, f"{problem}{rest}; {_REMEDY}")
    elif not found:
        yield Problem(box.path, f'holds no <div type="document">; {_REMEDY}')


@dataclass(slots=True)
class _Open:
    """A document that is being built: how deep it begins, its place among those begun, its size in characters."""

    builder: TreeBuilder
    depth: int
    place: int
    size: int = 0


class _Volume:
    """The parser at work. State: how deep it stands, the volume's id, and the documents that are being built.

    A document may stand inside another, as enclosures do in older volumes: each is a document of its own.
    """

    def __init__(self, box: Box) -> None:
        self._box = box
        self._volume = PurePosixPath(box.name).stem
        self._depth = 0
        self._open: list[_Open] = []
        self._begun: list[Message | Problem | None] = []
        self._unanswered = 0
        self._naming: list[str] | None = None
        self._ready: list[Message | Problem] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.ExternalEntityRefHandler = self._refuse_entity
        self._parser.SkippedEntityHandler = self._refuse_entity

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse a stretch of the file."""
        self._unanswered += len(chunk)
        if self._unanswered > self._box.limit:
            raise _RefusedError(f"one tag of it is longer than {self._box.limit_text}")
        self._parser.Parse(chunk, last)

    def take(self) -> list[Message | Problem]:
        """What has become complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._unanswered = 0
        self._depth += 1
        if self._depth == 1 and name.rpartition(" ")[2] != "TEI":
            raise _RefusedError("is XML, but no volume in TEI")
        if self._depth > _DEEPEST:
            raise _RefusedError(f"its elements are nested more than {_DEEPEST} deep")
        if name == _VOLUME_ID and attributes.get("type") == "frus":
            self._naming = []
        if name == f"{_TEI}div" and attributes.get("type") == "document":
            self._open.append(_Open(TreeBuilder(), self._depth, len(self._begun)))
            self._begun.append(None)
        if self._open and self._open[-1].size <= self._box.limit:
            self._open[-1].builder.start(name, attributes)

    def _end(self, name: str) -> None:
        self._unanswered = 0
        if self._naming is not None:
            self._volume = "".join(self._naming).strip() or self._volume
            self._naming = None
        if self._open:
            document = self._open[-1]
            if document.size <= self._box.limit:
                document.builder.end(name)
            if self._depth == document.depth:
                self._finish(self._open.pop())
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._unanswered = 0
        if self._naming is not None:
            self._naming.append(text)
        if self._open:
            document = self._open[-1]
            document.size += len(text)
            if document.size <= self._box.limit:
                document.builder.data(text)

    def _finish(self, document: "_Open") -> None:
        """Put a document at the place where it began; the outermost's end gives all of them out."""
        if document.size > self._box.limit:
            said = f"the document that ends at line {self._parser.CurrentLineNumber} is longer than the"
            found: Message | Problem = Problem(
                self._box.path, f"{said} {self._box.limit_text} that are read; split it."
            )
        else:
            found = _message_of(document.builder.close(), self._volume, self._box.path)
        self._begun[document.place] = found
        if not self._open:
            self._ready += [each for each in self._begun if each is not None]
            self._begun.clear()

    def _refuse_entity(self, *_: object) -> int:
        raise _RefusedError("declares or uses entities of its own, which are never read")


def _message_of(document: Element, volume: str, path: str) -> Message | Problem:
    fields = fields_of(document, volume)
    place = f"{path}#{fields['id'].rpartition('/')[2]}"
    anomalies: tuple[Anomaly, ...] = ()
    if not any(each["kind"] != "signed" for each in fields["paragraphs"]):
        if not fields["title"]:
            return Problem(place, "the document has no text; look at it in the volume.")
        # Supplements list documents of which they print the head alone.
        fields["paragraphs"] = [{"kind": "p", "text": fields["title"]}, *fields["paragraphs"]]
        anomalies = (Anomaly("other", "no text stands below the head, which is given as the only paragraph"),)
    text = structured_text(fields)
    return Message(text, Source(place, "tei", sha256_of(text.encode())), fields, anomalies)
