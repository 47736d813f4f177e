"""A question file -> gold questions, every problem told with its line.

JSON Lines, one object a line: `{"id", "question", "kind", "answers": [accepted strings], "points":
[atomic facts], "citations": [{"cable", "paragraph", "grade"?}], "quote", "note"}`.

An unanswerable question has empty `answers` and `citations`. A citation without a paragraph means
the whole cable; `grade` is how relevant it is (1 if left out). `rejected` (strings) and
`rejected_citations` hold what a person has marked wrong: what must not be said, or cited, again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import CorpusError

Place = tuple[str, str]
"""A cable id and a paragraph as printed: its number, `header` (the signature is cited there too), or WHOLE."""

WHOLE = "*"
"""In place of a paragraph: any place of the cable will do."""

MAY_DECLINE = ("unanswerable", "false-premise")
"""Kinds of question that are dealt with rightly by declining, even where something can be said."""

MARKED = "marked"
"""Kind of the questions made by `marks.mark`: what is right may be known without where it stands."""

QUOTE_JOINT = " || "
"""Stands between the pieces of a gold quote."""


class _Cited(BaseModel):
    cable: Annotated[str, Field(min_length=1)]
    paragraph: int | str | None = None
    grade: Annotated[int, Field(ge=1)] = 1


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(min_length=1)]
    kind: Annotated[str, Field(min_length=1)]
    answers: list[Annotated[str, Field(min_length=1)]] = []
    points: list[Annotated[str, Field(min_length=1)]] = []
    citations: list[_Cited] = []
    quote: str = ""
    note: str = ""
    rejected: list[str] = []
    rejected_citations: list[_Cited] = []


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer says and where it stands. `grades` holds what is above 1."""

    question_id: str
    question: str
    kind: str
    answers: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    citations: frozenset[Place] = frozenset()
    quote: str = ""
    note: str = ""
    grades: Mapping[Place, int] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()
    rejected_citations: frozenset[Place] = frozenset()
    line: int = 0

    @property
    def answerable(self) -> bool:
        """Whether something is known that a right answer says."""
        return bool(self.answers)

    @property
    def must_decline(self) -> bool:
        """Whether the cables hold no answer, so that every answer is wrong."""
        return not (self.answers or self.citations or self.rejected or self.rejected_citations)

    @property
    def may_decline(self) -> bool:
        """Whether declining is right; a false premise may be corrected instead."""
        return self.must_decline or self.kind in MAY_DECLINE

    @property
    def cites_whole_cables(self) -> bool:
        """Whether every gold citation is of a cable, not of a paragraph in it."""
        return bool(self.citations) and all(paragraph == WHOLE for _, paragraph in self.citations)

    @property
    def quotes(self) -> tuple[str, ...]:
        """The pieces of the gold quote."""
        return tuple(piece for piece in self.quote.split(QUOTE_JOINT) if piece.strip())

    def to_dict(self) -> dict[str, Any]:
        """What a run stores of it: the gold, citations sorted."""
        return {
            "answers": list(self.answers),
            "points": list(self.points),
            "citations": [list(place) for place in sorted(self.citations)],
            "quote": self.quote,
            "note": self.note,
            "must_decline": self.must_decline,
            "may_decline": self.may_decline,
        }


def read_questions(path: Path) -> list[GoldQuestion]:
    """The questions of a file, in order.

    Raises:
        CorpusError: the file cannot be read, or lines in it are no questions; each is named.
    """
    try:
        # Not splitlines: a JSON string may hold U+2028 and its like, which end no line here.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); check the path.") from None
    found: dict[str, GoldQuestion] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = _to_question(json.loads(line), number)
        except (ValueError, ValidationError) as error:
            problems.append(f"line {number}: {_explain(error)}")
            continue
        if question.question_id in found:
            problems.append(f"line {number}: the id {question.question_id!r} stands twice")
        found[question.question_id] = question
    if problems or not found:
        raise CorpusError(f"{path}: {'; '.join(problems) or 'holds no question'}; mend the file, then run this again.")
    return list(found.values())


def to_place(cable: str, paragraph: int | str | None) -> Place:
    """A gold citation as it is compared: `10.D` is contained in 10, the signature is cited with the header."""
    if paragraph is None:
        return cable, WHOLE
    name = str(paragraph)
    return cable, "header" if name in ("header", "signature") else name.split(".")[0]


def _to_question(values: Any, number: int) -> GoldQuestion:
    line = _Line.model_validate(values)
    if line.answers and not line.citations and line.kind != MARKED:
        raise ValueError("there are answers but no citations; say which paragraphs hold them")
    if line.points and not line.answers:
        raise ValueError("there are points but no answers; give at least one accepted string")
    return GoldQuestion(
        question_id=line.id,
        question=line.question,
        kind=line.kind,
        answers=tuple(line.answers),
        points=tuple(line.points),
        citations=frozenset(to_place(each.cable, each.paragraph) for each in line.citations),
        quote=line.quote,
        note=line.note,
        grades={to_place(each.cable, each.paragraph): each.grade for each in line.citations if each.grade > 1},
        rejected=tuple(line.rejected),
        rejected_citations=frozenset(to_place(each.cable, each.paragraph) for each in line.rejected_citations),
        line=number,
    )


def _told(kind: str, where: str, what: str) -> str:
    return f"{where or 'it'} must be an object in braces" if kind == "model_type" else f"{where}: {what}"


def _explain(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return ", ".join(_told(each["type"], ".".join(map(str, each["loc"])), each["msg"]) for each in error.errors())
    return str(error)
