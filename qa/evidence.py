"""How surely one source answers the question: what the search and the readings know of it, in one probability.

A logistic regression over six facts, fitted on questions over real cables
(tests/benchmarks/answerability.py prints the weights, and what they decline, on one set when fitted on another).
"""

import math

from qa.reading import Reading
from qa.records import Passage
from qa.understand.enumeration import asks_for_list, items_in
from qa.understand.sought import asks_for_account, could_answer

BIAS = -6.1
SCORE_WEIGHT = 3.15
"""Of its score in the search."""
LACKING_WEIGHT = -4.0
"""Of having nothing of the kind that is sought: no amount where an amount is asked for, or a day yet to come. By hand:
not one gold paragraph of an answerable question lacked it, and a ridge keeps such a weight too small."""
UNLISTED_WEIGHT = -1.2
"""Of setting too few things side by side, where several are asked for. By hand, of 17 such questions in all: so it is
with three of their 16 gold paragraphs that were found, and with 57 of 94 others."""
ACCOUNT_WEIGHT = 0.45
"""Of a question that asks why or how: readings are less sure of an account than of a fact."""
ANSWERED_WEIGHT = 1.28
"""Of the log odds that the question is answered in it, by the chat model's reading."""
MISSING_WEIGHT = -0.32
"""Of the log odds that the answer is not stated in it, by the same."""

FLOOR = 0.14
"""A source less sure than this does not answer. Of the questions it was fitted on, 15 of 18 unanswerable ones are
below, of the answerable ones 4 of 65 over real cables and 9 of 44 that are asked in quite other words; of a third set,
13 of 16 and 8 of 69."""

HOPED = Reading(answered=1.4, missing=-5.0)
"""As good a reading as is hoped for: a source that even so would not answer, or less surely than one that was read
already, is not worth reading. A quarter of the readings is saved by it, at no loss on those questions."""


def shortcomings(question: str, source: Passage) -> tuple[bool, bool]:
    """Whether the source has nothing of the kind that is sought; whether it is no list where several are asked for."""
    lacking = not could_answer(question, source.text, source.sent)
    return lacking, items_in(source.text) < asks_for_list(question)


def sureness(question: str, source: Passage, reading: Reading) -> float:
    """The probability that this source answers the question."""
    lacking, unlisted = shortcomings(question, source)
    logit = (
        BIAS
        + SCORE_WEIGHT * source.score
        + LACKING_WEIGHT * lacking
        + UNLISTED_WEIGHT * unlisted
        + ACCOUNT_WEIGHT * asks_for_account(question)
        + ANSWERED_WEIGHT * reading.answered
        + MISSING_WEIGHT * reading.missing
    )
    return 1 / (1 + math.exp(-logit))
