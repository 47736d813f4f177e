"""What the catalog gives back beside whole cables."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CableSummary:
    """A cable in one line, for lists and links."""

    cable_id: str
    origin: str
    sent: str | None
    subject: str | None
    classification: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What the archive holds, from when to when, and how many cables of each post, tag, level, signer and so on."""

    cables: int = 0
    paragraphs: int = 0
    first: date | None = None
    last: date | None = None
    posts: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    classifications: dict[str, int] = field(default_factory=dict)
    signers: dict[str, int] = field(default_factory=dict)
    captions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """How many cables have something in common, and the number of the first that was sent."""

    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Found:
    """One citable paragraph of the archive, with the head of its cable: what a Passage is made from."""

    paragraph_id: int
    cable: CableSummary
    ordinal: int
    number: int | None
    place: int
    """Which of the paragraphs with this number it is in its cable, from 1."""
    text: str


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A source file as it was when it was last indexed."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    built: str = ""
    """Which versions read it; see `Versions`."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What made a cable what it is in the index: the parser, and the chunker with its setting."""

    parsed: str = ""
    chunked: str = ""

    @property
    def built(self) -> str:
        """Both, as they are kept for a file."""
        return f"parser {self.parsed}, chunker {self.chunked}"


UNKNOWN = Versions()
"""Of cables that no sync wrote."""
