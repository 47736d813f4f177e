"""The values that flow through answering: Filters, Query, Passage, Citation, Statement, Answer.

`to_dict()` of these is the JSON that `reftel search` and `reftel ask` print; its fields are
a stable contract.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal

from index.records import Classification

Support = Literal["supported", "partly", "unsupported", "unchecked"]
Outcome = Literal["answered", "not_found", "no_match", "missing_reference"]
FoundBy = Literal["dense", "terms", "reference"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a passage's cable must be. Within one field any value will do; between fields all must hold.

    `since` and `until` are days, both included.
    """

    since: date | None = None
    until: date | None = None
    posts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    classifications: tuple[Classification, ...] = ()
    cables: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def to_dict(self) -> dict[str, Any]:
        """JSON form: days as ISO 8601."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "posts": list(self.posts),
            "tags": list(self.tags),
            "classifications": list(self.classifications),
            "cables": list(self.cables),
        }


@dataclass(frozen=True, slots=True)
class Query:
    """A question's words, the filters that hold, and the cable ids read in the words."""

    text: str
    filters: Filters = field(default_factory=Filters)
    cable_ids: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"text": self.text, "filters": self.filters.to_dict(), "cable_ids": list(self.cable_ids)}


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph found for one query. Ordinal 0 is the header together with the signature.

    `label` is how the paragraph is named to a person (`¶2 (second)`); `score` is comparable
    within one query only.
    """

    rank: int
    score: float
    cable_id: str
    ordinal: int
    number: int | None
    label: str
    sent: str | None
    origin: str
    subject: str | None
    classification: str | None
    text: str
    found_by: tuple[FoundBy, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """One element of `passages` in the JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"found_by": list(self.found_by)}


@dataclass(frozen=True, slots=True)
class Passages(Sequence[Passage]):
    """What a search found, best first: a sequence of Passage that knows its query and its seconds."""

    query: Query
    passages: tuple[Passage, ...]
    seconds: dict[str, float]

    def __getitem__(self, place: Any) -> Any:
        return self.passages[place]

    def __len__(self) -> int:
        return len(self.passages)

    def __iter__(self) -> Iterator[Passage]:
        return iter(self.passages)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `reftel search`."""
        return {
            "query": self.query.to_dict(),
            "passages": [passage.to_dict() for passage in self.passages],
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement rests: the words at `start:end` of one paragraph's text.

    `marker` is the number the source had in the draft.
    """

    marker: int
    cable_id: str
    ordinal: int
    number: int | None
    label: str
    quote: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """One element of `citations` in the JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, where it rests, and how well it is supported there."""

    text: str
    citations: tuple[Citation, ...] = ()
    support: Support = "unchecked"

    def to_dict(self) -> dict[str, Any]:
        """One element of `statements` in the JSON."""
        return {
            "text": self.text,
            "support": self.support,
            "citations": [citation.to_dict() for citation in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question: an outcome, the statements, and the passages they rest on.

    `model` names the chat model that drafted it, or `none` for the quoting answerer. `notice`
    is a plain sentence for the person (why nothing was found, what could not be used).
    """

    query: Query
    outcome: Outcome
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    model: str
    seconds: dict[str, float]
    notice: str | None = None
    draft: str = ""

    @property
    def text(self) -> str:
        """The statements as running text; the notice where there is none."""
        return " ".join(statement.text for statement in self.statements) or self.notice or ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `reftel ask`."""
        return {
            "question": self.query.text,
            "filters": self.query.filters.to_dict(),
            "outcome": self.outcome,
            "text": self.text,
            "statements": [statement.to_dict() for statement in self.statements],
            "passages": [passage.to_dict() for passage in self.passages],
            "model": self.model,
            "seconds": self.seconds,
            "notice": self.notice,
        }


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """First event of a streamed answer: the passages."""

    passages: Passages


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """Middle events of a streamed answer: the next words of the draft, markers included."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """Last event of a streamed answer: the whole of it, cited."""

    answer: Answer


Event = PassagesFound | TextStreamed | AnswerReady
