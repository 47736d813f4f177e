"""What the tests of evaluation share: a gold question, passages, and answers made by hand."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qa.evaluation.questions import GoldQuestion
from qa.records import Answer, Citation, Passage, Query, Statement

TEXT = "A total of 97 officers were trained."
GOLD = GoldQuestion(
    "q1",
    "How many were trained?",
    "factoid",
    answers=("97", "ninety-seven"),
    points=("97 officers were trained",),
    citations=frozenset({("07ASTANA1", "4")}),
)
NO_ANSWER = GoldQuestion("q2", "What did it cost?", "unanswerable")
FALSE_PREMISE = replace(
    GOLD, question_id="q3", question="Why was nobody trained?", kind="false-premise", answers=("97", "were trained")
)
SECONDS = {"total": 2.0, "first_token": 1.0}


def a_passage(rank: int, number: int | None, cable_id: str = "07ASTANA1", **changes: Any) -> Passage:
    passage = Passage(
        rank, 1 / rank, cable_id, number or rank, number, f"¶{number}", None, "ASTANA", None, None, TEXT, ("terms",)
    )
    return replace(passage, **changes)


PASSAGES = (a_passage(1, 2), a_passage(2, 4))


def a_citation(number: int = 4, quote: str = "97 officers", cable_id: str = "07ASTANA1") -> Citation:
    return Citation(1, cable_id, number, number, f"¶{number}", quote, 11, 22)


def an_answer(text: str = "97 officers were trained in all.", *cited: Citation, **changes: Any) -> Answer:
    statements = (Statement(text, cited or (a_citation(),), "supported"),)
    return replace(Answer(Query("How many?"), "answered", statements, PASSAGES, "none", SECONDS), **changes)


DECLINED = Answer(Query("How many?"), "not_found", (), PASSAGES, "none", SECONDS, "The cables do not say.")


def a_row(
    question_id: str, measures: dict[str, float], kind: str = "factoid", question: str = "How many?"
) -> dict[str, Any]:
    """A row of a stored run with nothing but its measures filled in."""
    gold = {"answers": ["97"], "points": [], "citations": [["07ASTANA1", "4"]], "quote": "", "note": ""}
    flags = {"must_decline": False, "may_decline": False}
    return {
        "id": question_id,
        "kind": kind,
        "question": question,
        "gold": {**gold, **flags},
        "measures": measures,
        "answer": an_answer().to_dict(),
        "trace": {"query": {}, "prompts": [], "draft": ""},
    }


def rows(name: str, values: Iterable[float]) -> tuple[dict[str, Any], ...]:
    return tuple(a_row(f"q{place}", {name: value}) for place, value in enumerate(values))
