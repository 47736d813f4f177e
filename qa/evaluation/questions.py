"""A question file -> gold questions, every problem told with its line.

JSON Lines, one object a line: `{"id", "question", "kind", "answers": [accepted strings], "points":
[atomic facts], "citations": [{"cable", "paragraph"}], "quote", "note"}`. An unanswerable question
has empty `answers` and `citations`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import CorpusError

Place = tuple[str, str]
"""A cable id and a paragraph as printed: its number, or `header` (the signature is cited there too)."""


class _Cited(BaseModel):
    cable: Annotated[str, Field(min_length=1)]
    paragraph: int | str


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(min_length=1)]
    question: Annotated[str, Field(min_length=1)]
    kind: Annotated[str, Field(min_length=1)]
    answers: list[str] = []
    points: list[str] = []
    citations: list[_Cited] = []
    quote: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer says and where it stands."""

    question_id: str
    question: str
    kind: str
    answers: tuple[str, ...]
    points: tuple[str, ...]
    citations: frozenset[Place]
    quote: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the cables hold an answer."""
        return bool(self.answers)


def read_questions(path: Path) -> list[GoldQuestion]:
    """The questions of a file, in order.

    Raises:
        CorpusError: the file cannot be read, or lines in it are no questions; each is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); check the path.") from None
    found: dict[str, GoldQuestion] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = _to_question(json.loads(line))
        except (ValueError, ValidationError) as error:
            problems.append(f"line {number}: {_explain(error)}")
            continue
        if question.question_id in found:
            problems.append(f"line {number}: the id {question.question_id!r} stands twice")
        found[question.question_id] = question
    if problems or not found:
        raise CorpusError(f"{path}: {'; '.join(problems) or 'holds no question'}; mend the file, then run this again.")
    return list(found.values())


def to_place(cable: str, paragraph: int | str) -> Place:
    """A gold citation as it is compared: `10.D` is contained in 10, the signature is cited with the header."""
    name = str(paragraph)
    return cable, "header" if name in ("header", "signature") else name.split(".")[0]


def _to_question(values: Any) -> GoldQuestion:
    line = _Line.model_validate(values)
    if bool(line.answers) != bool(line.citations):
        raise ValueError("answers and citations must both be given, or both be empty")
    return GoldQuestion(
        question_id=line.id,
        question=line.question,
        kind=line.kind,
        answers=tuple(line.answers),
        points=tuple(line.points),
        citations=frozenset(to_place(each.cable, each.paragraph) for each in line.citations),
        quote=line.quote,
    )


def _explain(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)
