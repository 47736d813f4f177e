"""How surely one source answers the question: what the search and the readings know of it, in one probability.

A logistic regression over five facts, fitted on questions over real cables
(tests/benchmarks/answerability.py prints the weights, and what they decline, on one set when fitted on another).
"""

import math
from collections.abc import Sequence

from qa.reading import Reading
from qa.records import Passage
from qa.understand.sought import has_sought, sought_by

BIAS = -2.79
LEAD_WEIGHT = 2.78
"""Of the lead that the search gives it over the best other source."""
SCORE_WEIGHT = 1.55
"""Of its score in the search."""
LACKING_WEIGHT = -1.49
"""Of having nothing of the kind that is sought: no amount where an amount is asked for."""
ANSWERED_WEIGHT = 0.88
"""Of the log odds that the question is answered in it, by the chat model's reading."""
MISSING_WEIGHT = -0.44
"""Of the log odds that the answer is not stated in it, by the same."""

FLOOR = 0.32
"""A source less sure than this does not answer: one right answer in ten is lost by it, and most wrong ones are."""

SURE = 0.75
"""A source this sure is enough: no other is read, unless the question asks for several things."""


def lacks_sought(question: str, text: str) -> bool:
    """Whether a text has nothing of the kind that the question asks for, as far as that can be seen."""
    return not has_sought(sought_by(question), text, question)


def sureness(question: str, sources: Sequence[Passage], which: int, reading: Reading) -> float:
    """The probability that this source answers the question.

    Args:
        sources: all that were found, of which it is one.
        which: its place among them, from 0.
    """
    source = sources[which]
    others = max((each.score for place, each in enumerate(sources) if place != which), default=0.0)
    logit = (
        BIAS
        + LEAD_WEIGHT * (source.score - others)
        + SCORE_WEIGHT * source.score
        + LACKING_WEIGHT * lacks_sought(question, source.text)
        + ANSWERED_WEIGHT * reading.answered
        + MISSING_WEIGHT * reading.missing
    )
    return 1 / (1 + math.exp(-logit))
