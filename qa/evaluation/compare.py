"""Two runs on the questions they share: what each measure gained and lost, and whether that is more than noise."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from index.errors import QueryError
from qa.evaluation.made_with import differing
from qa.evaluation.measures import MEASURES, SPREAD
from qa.evaluation.runs import Run
from qa.evaluation.statistics import paired_p_value

SIGNIFICANT = 0.05
"""A difference that chance alone would give more often than this is called noise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of two runs: the questions that got better (`gains`) and worse (`losses`), and the paired test.

    What only one of the runs has a value for (an answer that declined cites nothing) is left out.
    """

    measure: str
    before: float
    after: float
    gains: tuple[str, ...]
    losses: tuple[str, ...]
    n: int
    p_value: float

    @property
    def is_noise(self) -> bool:
        """Whether chance alone would give as large a difference more than once in twenty."""
        return self.p_value > SIGNIFICANT

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {**asdict(self), "is_noise": self.is_noise}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs, and what they were made with differently."""

    before: str
    after: str
    questions: int
    differing: tuple[str, ...]
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "before": self.before,
            "after": self.after,
            "questions": self.questions,
            "differing": list(self.differing),
            "changes": [each.to_dict() for each in self.changes],
        }


def compare(before: Run, after: Run) -> Comparison:
    """Every measure, question by question. A question counts as the same if its id and its words are.

    Raises:
        QueryError: the runs share no question.
    """
    old = {(row["id"], row["question"]): row["measures"] for row in before.rows}
    new = {(row["id"], row["question"]): row["measures"] for row in after.rows}
    shared = [key for key in new if key in old]
    if not shared:
        raise QueryError(f"{before.run} and {after.run} share no question; compare runs of the same question file.")
    pairs = [(question_id, old[key], new[key]) for key in shared for question_id in [key[0]]]
    changes = (_change(name, pairs) for name in MEASURES if name not in SPREAD)
    different = tuple(differing(before.made_with, after.made_with))
    return Comparison(before.run, after.run, len(shared), different, tuple(each for each in changes if each))


def _change(name: str, pairs: Iterable[tuple[str, dict[str, float], dict[str, float]]]) -> Change | None:
    found = [(key, old[name], new[name]) for key, old, new in pairs if name in old and name in new]
    if not found:
        return None
    sign = 1 if MEASURES[name].more_is_better else -1
    return Change(
        measure=name,
        before=sum(old for _, old, _ in found) / len(found),
        after=sum(new for _, _, new in found) / len(found),
        gains=tuple(key for key, old, new in found if sign * (new - old) > 0),
        losses=tuple(key for key, old, new in found if sign * (new - old) < 0),
        n=len(found),
        p_value=paired_p_value([old for _, old, _ in found], [new for _, _, new in found]),
    )
