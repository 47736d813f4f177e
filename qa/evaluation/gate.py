"""The gate: requirements on a run's measures, such as `citation_precision>=0.9`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from index.errors import QueryError
from qa.evaluation.statistics import Value

_FORM = re.compile(r"\s*([\w@.]+)\s*(>=|<=|>|<)\s*(\d*\.?\d+)\s*")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One measure, a sign, and a bound."""

    measure: str
    sign: str
    bound: float

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.bound:g}"

    def failure(self, measures: Mapping[str, Value]) -> str | None:
        """Why the run does not pass, or None where it does; a measure that applied to no question does not pass."""
        found = measures.get(self.measure)
        if found is None:
            return f"{self} is not met: {self.measure} applied to no question; there are {', '.join(sorted(measures))}"
        if not _SIGNS[self.sign](found.value, self.bound):
            return f"{self} is not met: {self.measure} is {found.value:.3f} over {found.n} questions"
        return None


def to_requirement(text: str) -> Requirement:
    """A requirement as a person writes it.

    Raises:
        QueryError: it has not the form.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise QueryError(f"{text!r} is no requirement; write a measure, a sign and a number: correct>=0.6")
    return Requirement(form[1], form[2], float(form[3]))
