"""The values that flow through answering: Filters, Query, Passage, Citation, Statement, Answer.

`to_dict()` of these is the JSON that `reftel search` and `reftel ask` print; its fields are
a stable contract.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import reduce
from typing import Any, Literal

from index.conditions import Conditions, to_conditions
from index.records import Cable, Classification, Paragraph, Precedence, paragraph_label, to_iso

Support = Literal["supported", "partly", "unsupported", "unchecked"]
Outcome = Literal["answered", "not_found", "no_match", "missing_reference"]
FoundBy = Literal["dense", "terms", "reference"]
HeaderFact = Literal[
    "signer", "sent", "classification", "classifier", "captions", "tags", "references", "addressees", "origin",
    "precedence", "subject", "drafter", "declassify", "number",
]  # fmt: skip
CollectionAim = Literal["list", "count", "whether", "first", "last", "most", "fewest", "groups", "span"]
Grouping = Literal[
    "posts", "signers", "tags", "classifications", "captions", "addressees", "action_addressees", "info_addressees",
    "precedences", "years", "months",
]  # fmt: skip
Strength = Literal["hint", "firm", "binding"]
ClueKind = Literal[
    "cable", "sent", "post", "country", "tag", "classification", "caption", "signer", "addressee", "precedence",
    "citing", "cited", "lacking",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What a passage's cable must be. Within one field any value will do; between fields all must hold.

    `since` and `until` are days, both included. `lacking` are parts of a head that must all be missing.
    """

    since: date | None = None
    until: date | None = None
    posts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    classifications: tuple[Classification, ...] = ()
    captions: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    action_addressees: tuple[str, ...] = ()
    info_addressees: tuple[str, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    lacking: tuple[str, ...] = ()
    cables: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def to_dict(self) -> dict[str, Any]:
        """JSON form: days as ISO 8601."""
        days = {"since": self.since, "until": self.until}
        lists = {each.name: list(getattr(self, each.name)) for each in fields(self) if each.name not in days}
        return {name: day.isoformat() if day else None for name, day in days.items()} | lists

    def set_to_dict(self) -> dict[str, Any]:
        """JSON form of what is set alone."""
        return {name: value for name, value in self.to_dict().items() if value}

    def conditions(self) -> Conditions:
        """The same as the stores understand them."""
        return to_conditions(**{each.name: getattr(self, each.name) for each in fields(self)})

    def narrowed(self, other: "Filters") -> "Filters":
        """Both at once; within a field where they cannot both hold, or both are given, this one does."""
        since = max(filter(None, (self.since, other.since)), default=None)
        until = min(filter(None, (self.until, other.until)), default=None)
        if since and until and since > until:
            since, until = self.since, self.until
        lists = {each.name: getattr(self, each.name) or getattr(other, each.name) for each in fields(self)}
        return replace(self, **(lists | {"since": since, "until": until}))

    def widened(self, other: "Filters") -> "Filters":
        """Either of the two, field by field; an end that one of them leaves open is open."""
        lists = {
            each.name: tuple(dict.fromkeys((*getattr(self, each.name), *getattr(other, each.name))))
            for each in fields(self)
            if each.name not in ("since", "until")
        }
        since = min(self.since, other.since) if self.since and other.since else None
        until = max(self.until, other.until) if self.until and other.until else None
        return replace(self, **lists, since=since, until=until)


@dataclass(frozen=True, slots=True)
class Clue:
    """Something understood from a question's words: `text` as it stands there, `value` as it is told to a person.

    A firm clue narrows the search, which widens again where what is found outside fits better. A binding one was said
    of the cables themselves: the search widens only where there is no such cable, and that is told. A hint narrows
    nothing: a day lifts what was sent then, others are only shown.
    """

    kind: ClueKind
    text: str
    value: str
    filters: Filters
    strength: Strength = "hint"

    @property
    def firm(self) -> bool:
        """Whether it narrows the search."""
        return self.strength != "hint"

    def to_dict(self) -> dict[str, Any]:
        """One element of `understood` in the JSON."""
        said = {"kind": self.kind, "text": self.text, "value": self.value, "strength": self.strength}
        return {**said, "filters": self.filters.set_to_dict()}


@dataclass(frozen=True, slots=True)
class CollectionQuestion:
    """What is asked of the collection of cables itself, of those that are as the clues say.

    `by`: what they are grouped by, or counted by for the `most`. `subject`: words that the cables share; where they are
    `told_of`, a paragraph has them all; where they are `unheard`, none has; `but_not` are words that none has beside
    them. `also`: what the cables must be besides, `without`: what they must not be, each by itself. `few`: how many of
    the first or the last. `passed_over`: words that were not understood.
    """

    aim: CollectionAim
    by: Grouping | None = None
    subject: tuple[str, ...] = ()
    told_of: bool = False
    unheard: bool = False
    but_not: tuple[str, ...] = ()
    also: tuple[Filters, ...] = ()
    without: tuple[Filters, ...] = ()
    few: int = 1
    passed_over: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "aim": self.aim,
            "by": self.by,
            "subject": list(self.subject),
            "unheard": self.unheard,
            "but_not": list(self.but_not),
            "also": [each.set_to_dict() for each in self.also],
            "without": [each.set_to_dict() for each in self.without],
            "few": self.few,
            "passed_over": list(self.passed_over),
        }


@dataclass(frozen=True, slots=True)
class Query:
    """A question's words, the filters a person set, and what was understood from the words.

    `asks` are the facts of a cable's head that are asked for, if any; `collection` what is asked of all the cables
    instead of one. `said` is what the person typed, where `text` is that follow-up asked in full.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    cable_ids: tuple[str, ...] = ()
    understood: tuple[Clue, ...] = ()
    asks: tuple[HeaderFact, ...] = ()
    collection: CollectionQuestion | None = None
    said: str | None = None

    @property
    def wanted(self) -> Filters:
        """The filters set, narrowed by what was firmly understood; where the two exclude each other, those set."""
        either = (reduce(Filters.widened, each) for each in self.said_of_cables)
        return reduce(Filters.narrowed, either, self.filters)

    @property
    def said_of_cables(self) -> tuple[tuple[Filters, ...], ...]:
        """What was firmly understood of the cables, by kind: of each kind one must hold."""
        by_kind: dict[ClueKind, list[Filters]] = {}
        for clue in self.understood:
            if clue.firm and clue.filters:
                by_kind.setdefault(clue.kind, []).append(clue.filters)
        return tuple(map(tuple, by_kind.values()))

    @property
    def cables_in_words(self) -> str:
        """What was understood of the cables: `sent by Lima or sent by Quito and classified SECRET`."""
        by_kind: dict[ClueKind, list[str]] = {}
        for clue in self.understood:
            if clue.strength == "binding" and clue.value not in by_kind.setdefault(clue.kind, []):
                by_kind[clue.kind].append(clue.value)
        # Of one kind any will do; what is not wanted, or not there, is none of them.
        joined = {
            kind: any(each.startswith("not ") for each in values) or kind == "lacking"
            for kind, values in by_kind.items()
        }
        said = [(" and " if joined[kind] else " or ").join(values) for kind, values in by_kind.items()]
        return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "text": self.text,
            "filters": self.wanted.to_dict(),
            "cable_ids": list(self.cable_ids),
            "understood": [clue.to_dict() for clue in self.understood],
            "asks": list(self.asks),
            "collection": self.collection.to_dict() if self.collection else None,
            "said": self.said,
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph found for one query. Ordinal 0 is the header together with the signature.

    `label` is how the paragraph is named to a person (`¶2 (second)`); `score` is comparable
    within one query only. `also_in` are cables that say the same in a paragraph of their own.
    `search_score` is what the search gave, where a reranker has given the score since.
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
    also_in: tuple[str, ...] = ()
    search_score: float | None = None

    @property
    def searched(self) -> float:
        """The score that the search gave, whoever has reordered the passages since."""
        return self.score if self.search_score is None else self.search_score

    @classmethod
    def of(cls, cable: Cable, paragraph: Paragraph, rank: int) -> "Passage":
        """A paragraph of a cable that the catalog itself names."""
        header = cable.header
        return cls(
            rank=rank,
            score=1.0,
            cable_id=cable.cable_id,
            ordinal=paragraph.ordinal,
            number=paragraph.number,
            label=paragraph_label(paragraph, cable.paragraphs),
            sent=to_iso(header.sent),
            origin=header.origin,
            subject=header.subject,
            classification=header.classification,
            text=paragraph.text,
            found_by=("reference",),
        )

    def to_dict(self) -> dict[str, Any]:
        """One element of `passages` in the JSON."""
        lists = {"found_by": list(self.found_by), "also_in": list(self.also_in)}
        return {each.name: getattr(self, each.name) for each in fields(self)} | lists


@dataclass(frozen=True, slots=True)
class Passages(Sequence[Passage]):
    """What a search found, best first: a sequence of Passage that knows its query and its seconds.

    `widened` says that a filter understood from the words was let go, for something outside fits better.
    """

    query: Query
    passages: tuple[Passage, ...]
    seconds: dict[str, float]
    widened: bool = False

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
            "widened": self.widened,
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
    `withheld` is what the chat model said and no source carries; `trace` how the answer came about.
    """

    query: Query
    outcome: Outcome
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    model: str
    seconds: dict[str, float]
    notice: str | None = None
    draft: str = ""
    withheld: tuple[Statement, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The statements as running text; the notice where there is none."""
        return " ".join(statement.text for statement in self.statements) or self.notice or ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `reftel ask`."""
        return {
            "question": self.query.said or self.query.text,
            "asked_as": self.query.text if self.query.said else None,
            "filters": self.query.filters.to_dict(),
            "outcome": self.outcome,
            "text": self.text,
            "statements": [statement.to_dict() for statement in self.statements],
            "passages": [passage.to_dict() for passage in self.passages],
            "model": self.model,
            "seconds": self.seconds,
            "notice": self.notice,
            "withheld": len(self.withheld),
        }


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """First event of a streamed answer: the passages; again, where others come first once some were read."""

    passages: Passages


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """Middle events of a streamed answer, where sources are read one by one: the chat model begins to read this one."""

    passage: Passage


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """Middle events of a streamed answer: the next words of the draft, markers included."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """Last event of a streamed answer: the whole of it, cited."""

    answer: Answer


Event = PassagesFound | SourceOpened | TextStreamed | AnswerReady
