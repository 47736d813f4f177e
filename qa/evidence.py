"""How surely one source answers the question: what the search and the reading know of it, in one probability.

A logistic regression over the facts below, fitted on questions over real cables
(tests/benchmarks/answerability.py prints the weights, and what they decline, on one set when fitted on another).
"""

import math
from dataclasses import dataclass

from qa.reading import Reading
from qa.records import Passage
from qa.understand.enumeration import asks_for_list, items_in, says_how_many
from qa.understand.sought import asks_for_account, could_answer

LACKING_WEIGHT = -4.0
"""Of having nothing of the kind that is sought: no amount where an amount is asked for, or a day yet to come. By hand:
not one gold paragraph of an answerable question lacked it, and a ridge keeps such a weight too small."""
UNLISTED_WEIGHT = -1.2
"""Of setting too few things side by side, where several are asked for and counted (`which three`). By hand: so it is
with two of 20 gold paragraphs that were read, over five sets, and with 13 of 25 others."""
UNLISTED_UNCOUNTED_WEIGHT = -0.35
"""The same where they are not counted (`which measures`), and one may be all: so it is with 12 of 29, and 34 of 68."""
ACCOUNT_WEIGHT = 0.45
"""Of a question that asks why or how: readings are less sure of an account than of a fact."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one way to read: of the paragraph's score in the search, and of the log odds that a `Reading` has.

    Of the search's own score: what late interaction adds to it puts the right paragraph first, but gives as much to the
    first one of a question without an answer.
    """

    bias: float
    score: float
    answered: float
    missing: float = 0.0


BY_WORDS = Weights(bias=-6.1, score=3.15, answered=1.28, missing=-0.32)
BY_PROBE = Weights(bias=-2.85, score=2.65, answered=1.0)
"""Fitted on other questions than the probe, the sample's, those of tests/benchmarks/frus/unseen.jsonl and the first 100
of latest.jsonl, to -2.99, 2.10 and 0.82; then stretched by a quarter, and moved, so that the floor below and those of
`qa.one_by_one`, which were chosen for other readings, cost few right answers."""

FLOOR = 0.14
"""A source less sure than this does not answer. By words, of the questions it was fitted on, 15 of 18 unanswerable ones
are below, of the answerable ones 4 of 65 over real cables and 9 of 44 that are asked in quite other words. Of a set
whose unanswerable questions come as near as can be to what is told (tests/benchmarks/frus/unseen.jsonl), 7 of 18 and 6
of 90 are below by words, 14 and 3 by the probe, and 7 of 12 that take something false for granted; of the others the
surest is a wrong one 9 times, and 6 times."""


def shortcomings(question: str, source: Passage) -> tuple[bool, bool]:
    """Whether the source has nothing of the kind that is sought; whether it is no list where several are asked for."""
    lacking = not could_answer(question, source.text, source.sent)
    return lacking, items_in(source.text) < asks_for_list(question)


def sureness(question: str, source: Passage, reading: Reading) -> float:
    """The probability that this source answers the question."""
    lacking, unlisted = shortcomings(question, source)
    weights = BY_PROBE if reading.missing is None else BY_WORDS
    logit = (
        weights.bias
        + weights.score * source.searched
        + LACKING_WEIGHT * lacking
        + (UNLISTED_WEIGHT if says_how_many(question) else UNLISTED_UNCOUNTED_WEIGHT) * unlisted
        + ACCOUNT_WEIGHT * asks_for_account(question)
        + weights.answered * reading.answered
        + weights.missing * (reading.missing or 0.0)
    )
    return 1 / (1 + math.exp(-logit))
