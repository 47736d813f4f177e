"""One word for how a question was dealt with, from its measures: what lists and filters show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a question was dealt with, in words, and whether that is a failure."""

    words: str
    failed: bool


RIGHT = Verdict("right", False)
WRONG = Verdict("wrong", True)
WRONG_SOURCE = Verdict("right, wrong source", True)
DECLINED_RIGHTLY = Verdict("declined rightly", False)
OVER_DECLINED = Verdict("declined wrongly", True)
NOT_DECLINED = Verdict("should have declined", True)
REPEATED = Verdict("mistake repeated", True)
FOUND = Verdict("found", False)
NOT_FOUND = Verdict("not found", True)
UNMEASURED = Verdict("not measured", False)

VERDICTS = (
    RIGHT, WRONG, WRONG_SOURCE, DECLINED_RIGHTLY, OVER_DECLINED, NOT_DECLINED, REPEATED, FOUND, NOT_FOUND, UNMEASURED,
)  # fmt: skip


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    """The verdict on one row of a run."""
    measures: Mapping[str, float] = row["measures"]
    if measures.get("mistakes_repeated"):
        return REPEATED
    if "declined" in measures:
        return DECLINED_RIGHTLY if measures["declined"] else NOT_DECLINED
    if measures.get("over_declined"):
        return OVER_DECLINED
    if "correct" in measures:
        return _of_an_answer(row, measures)
    if row["answer"]["outcome"] is None and "recall@10" in measures:
        return FOUND if measures["recall@10"] else NOT_FOUND
    return UNMEASURED


def _of_an_answer(row: Mapping[str, Any], measures: Mapping[str, float]) -> Verdict:
    if not measures["correct"]:
        return WRONG
    if row["answer"]["outcome"] != "answered":
        return DECLINED_RIGHTLY
    return WRONG_SOURCE if measures.get("citation_precision") == 0 else RIGHT
