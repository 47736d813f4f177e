"""The values that flow through indexing: Message, Header, Paragraph, Reference, Cable, Chunk.

Each is made from the one before it and never changed. The JSON of `reftel parse` is
`Cable.to_dict()`; its fields are a stable contract.
"""

import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Classification = Literal["UNCLASSIFIED", "LIMITED OFFICIAL USE", "CONFIDENTIAL", "SECRET", "TOP SECRET"]
Precedence = Literal["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"]
ReferenceKind = Literal["cable", "email", "telcon", "fax", "memo", "meeting", "report", "manual", "web"]
AnomalyKind = Literal[
    "date_conflict", "numbering", "post_unknown", "post_conflict",
    "missing_section", "duplicate", "encoding", "other",
]  # fmt: skip

CLASSIFICATIONS: tuple[Classification, ...] = (
    "UNCLASSIFIED",
    "LIMITED OFFICIAL USE",
    "CONFIDENTIAL",
    "SECRET",
    "TOP SECRET",
)
"""Every level, the lowest first."""

PRECEDENCES: tuple[Precedence, ...] = ("ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH")
"""Every precedence, the least urgent first."""

HEADER_ORDINAL = 0
"""The ordinal under which the header, with the signature, is cited."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text of a cable was read: a file, or a member of an archive (`box.zip!a/b.txt`)."""

    path: str
    format: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Message:
    """One raw cable as it stands in its source, before anything is understood.

    `text` is what the offsets of paragraphs count in. `fields` holds what a structured
    source (JSON Lines, CSV) says outright, under the source's own names.
    """

    text: str
    source: Source
    fields: dict[str, Any] = field(default_factory=dict)
    anomalies: tuple["Anomaly", ...] = ()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something in a cable that was repaired, contradicts itself, or could not be read."""

    kind: AnomalyKind
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a part of one, that could not be read whole: one plain sentence for the person.

    `left_out` says whether it is missing from the index, or only damaged in it.
    """

    path: str
    reason: str
    left_out: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One line of TO or INFO: `RUEHC/SECSTATE WASHDC IMMEDIATE 1220`."""

    name: str
    routing: str | None = None
    precedence: str | None = None
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """The `Classified By` line: who classified the cable, and the reasons, as `1.4 (b)`."""

    name: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExecutiveOrder:
    """The `E.O.` line: the order's number, and the date of declassification it sets, if any."""

    order: str
    declassify_on: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`SECTION 01 OF 03`: set on a cable of which only one part was found."""

    part: int
    of: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One item of the REF line. `cable_id` is None where the item is not a cable or cannot be read."""

    label: str | None
    text: str
    cable_id: str | None
    kind: ReferenceKind = "cable"
    year_inferred: bool = False
    last_year: str | None = None
    """What it also may mean: without a year, in January or February, a number of the year before."""


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a cable. `start` and `end` are where it stands in the source text."""

    cable_id: str
    origin: str
    number: int | None
    year: int | None
    sent: datetime | None = None
    precedence: Precedence | None = None
    from_: str | None = None
    to: tuple[Addressee, ...] = ()
    info: tuple[Addressee, ...] = ()
    classification: Classification | None = None
    captions: tuple[str, ...] = ()
    classified_by: Authority | None = None
    executive_order: ExecutiveOrder | None = None
    section: Section | None = None
    sections: int = 1
    tags: tuple[str, ...] = ()
    subject: str | None = None
    references: tuple[Reference, ...] = ()
    summary: str | None = None
    comment: str | None = None
    signer: str | None = None
    text: str = ""
    """The header's own lines, as printed and free of page furniture: what a header citation quotes."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: the unit of citation.

    `ordinal` counts 1, 2, 3 … through the cable and is unique in it. `number` is the integer
    after repair (None if unnumbered), `label` what is printed, `mark` the portion mark without
    brackets. `start` and `end` are offsets of the printed paragraph in the source text.
    """

    ordinal: int
    text: str
    number: int | None = None
    label: str | None = None
    mark: str | None = None
    heading: str | None = None
    references: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Footnote:
    """An editor's note: no word of the cable's own. `ordinal` is the paragraph it is put to, 0 the header."""

    label: str | None
    text: str
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Cable:
    """One cable: its header, its paragraphs in order, where it was read, and what was odd in it.

    `sources` are all places where the archive holds it, under any name of its post; a cable that
    was only parsed has none beside `source`.
    """

    header: Header
    paragraphs: tuple[Paragraph, ...]
    source: Source
    anomalies: tuple[Anomaly, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def cable_id(self) -> str:
        """The canonical id, as `07ASTANA3162`."""
        return self.header.cable_id

    def citable(self) -> tuple[Paragraph, ...]:
        """Everything that can be cited: the header as ordinal 0, then the paragraphs."""
        return (self.header_paragraph(), *self.paragraphs)

    def header_paragraph(self) -> Paragraph:
        """The header and the signature as a paragraph of ordinal 0, so that header facts are cited too."""
        lines = [self.header.text]
        if self.header.signer:
            lines.append(f"Signed: {self.header.signer}")
        return Paragraph(ordinal=HEADER_ORDINAL, text="\n".join(line for line in lines if line))

    def to_dict(self) -> dict[str, Any]:
        """The object that `reftel parse --json` prints for this cable."""
        header = asdict(self.header)
        header["from"] = header.pop("from_")
        header.pop("text")
        header["sent"] = to_iso(self.header.sent)
        if self.header.executive_order:
            declassify_on = self.header.executive_order.declassify_on
            header["executive_order"]["declassify_on"] = declassify_on.isoformat() if declassify_on else None
        return {
            **header,
            "paragraphs": [asdict(paragraph) for paragraph in self.paragraphs],
            "anomalies": [asdict(anomaly) for anomaly in self.anomalies],
            "source": asdict(self.source),
            "sources": [asdict(source) for source in self.sources or (self.source,)],
            "footnotes": [asdict(footnote) for footnote in self.footnotes],
        }


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one paragraph that fits the encoder, with the header words that give it context.

    `text` is the stretch as it stands at `start:end` of the paragraph's text; `context` is the
    line put in front of it when it is embedded or indexed.
    """

    cable_id: str
    ordinal: int
    part: int
    text: str
    context: str
    start: int
    end: int

    @property
    def embedded_text(self) -> str:
        """What the encoder sees."""
        return f"{self.context}\n{self.text}" if self.context else self.text


def to_iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, with a Z: `2007-11-20T11:58:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def paragraph_label(paragraph: Paragraph, siblings: tuple[Paragraph, ...]) -> str:
    """How a paragraph is named to a person: `¶2`, `¶2 (second)`, `header`, `unnumbered ¶3`.

    A number printed more than once is told apart by its place among its like.
    """
    twins = [other.ordinal for other in siblings if other.number == paragraph.number]
    place = twins.index(paragraph.ordinal) + 1 if paragraph.ordinal in twins else 1
    return place_label(paragraph.ordinal, paragraph.number, place)


def place_label(ordinal: int, number: int | None, place: int) -> str:
    """The same from the bare facts; `place` counts the paragraphs with this number, from 1."""
    if ordinal == HEADER_ORDINAL:
        return "header"
    if number is None:
        return f"unnumbered ¶{ordinal}"
    return f"¶{number}" if place <= 1 else f"¶{number} ({_place_word(place)})"


def _place_word(place: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    return words[place - 1] if place <= len(words) else f"{place}th"


CABLE_ID = re.compile(r"\d{2}[A-Z]{2,20}\d{1,7}")
"""A canonical cable id: two-digit year, post, number without zeros in front."""
