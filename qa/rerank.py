"""Passages -> Passages, best first, by what reads question and paragraph more closely than the search can.

By late interaction (`qa.closeness`), at hand offline, what is to be answered. By a cross-encoder instead, any of
sentence-transformers', by the setting `reranker`: it reads what the search found best, each with the subject and day of
its cable, in every search.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from index.errors import EncoderError
from qa.closeness import Closeness
from qa.records import Passage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BY_LATE_INTERACTION, UNRANKED = "auto", "none"
"""The setting `reranker` where it names no cross-encoder."""

READ = 30
"""Passages that a cross-encoder reads for a question, at least."""

READ_CLOSELY = 20
"""The same by late interaction, at most."""

CHARACTERS, FEWEST = 12_000, 4
"""Of so many characters together: what lies beyond follows as the search had it, but so many passages are always read.
Where paragraphs run to pages, eleven are as good as twenty: the gold one within four for 64 of 65 questions, in 0.49 s
instead of 0.81 (tests/benchmarks/closeness.py)."""

CLOSENESS_WEIGHT = 6.0
"""What the mean closeness of the question's tokens, a cosine, adds to a passage's score. Of 199 questions over three
sets that were not learned from, it brings the gold paragraph to the first place 153 times instead of 121, and among
four 190 times instead of 177 (tests/benchmarks/closeness.py); between 4 and 12 little changes."""

TYPICAL_CLOSENESS = 0.6
"""What is so close adds nothing: with it, scores stay where the search's are."""

_BATCH = 16


class Reranker(Protocol):
    """What puts passages in a better order."""

    def rerank(self, question: str, passages: Sequence[Passage], top_k: int) -> tuple[Passage, ...]:
        """The best `top_k` of the passages, with new scores and ranks."""


class LateInteraction:
    """The search's score, and on top of it how close the paragraph comes to the question."""

    def __init__(self, closeness: Closeness) -> None:
        self._closeness = closeness

    def rerank(self, question: str, passages: Sequence[Passage], top_k: int) -> tuple[Passage, ...]:
        """The best `top_k` of the passages, with new scores and ranks; those not read stand behind the others."""
        read = _within(passages, CHARACTERS, FEWEST)
        scores = [
            each.score + CLOSENESS_WEIGHT * (beside.closeness() - TYPICAL_CLOSENESS)
            for each, beside in zip(read, self._closeness.compare(question, read), strict=True)
        ]
        behind = [min([each.score, *scores]) for each in passages[len(read) :]]
        return _ordered(passages, [*scores, *behind], top_k)


class CrossReader:
    """One open cross-encoder."""

    def __init__(self, model: "CrossEncoder", name: str) -> None:
        self._model = model
        self.name = name

    def rerank(self, question: str, passages: Sequence[Passage], top_k: int) -> tuple[Passage, ...]:
        """The best `top_k` of the passages, with the cross-encoder's scores and new ranks."""
        if not passages:
            return ()
        pairs = [
            (question, f"{each.subject or ''}. {each.origin}, {each.sent or ''}\n{each.text}") for each in passages
        ]
        predicted = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return _ordered(passages, [float(score) for score in predicted], top_k)


def _within(passages: Sequence[Passage], characters: int, fewest: int) -> Sequence[Passage]:
    """The first passages of no more characters than these, and never fewer passages than those."""
    lengths = accumulate(len(each.text) for each in passages)
    return passages[: max(fewest, sum(length <= characters for length in lengths))]


def _ordered(passages: Sequence[Passage], scores: Sequence[float], top_k: int) -> tuple[Passage, ...]:
    order = sorted(range(len(passages)), key=lambda place: (-scores[place], place))[:top_k]
    return tuple(
        replace(found, rank=rank, score=round(scores[place], 6), search_score=found.searched)
        for rank, place in enumerate(order, 1)
        for found in [passages[place]]
    )


def open_reranker(setting: str) -> Reranker | None:
    """What reorders every search: the cross-encoder that the setting names, if it names one.

    Raises:
        EncoderError: it cannot be loaded.
    """
    return None if setting in (BY_LATE_INTERACTION, UNRANKED) else open_cross_encoder(setting)


def open_cross_encoder(name: str) -> CrossReader:
    """Load a cross-encoder by its sentence-transformers name, or from a folder.

    Raises:
        EncoderError: it cannot be loaded.
    """
    try:
        from sentence_transformers import CrossEncoder

        return CrossReader(CrossEncoder(name), name)
    except Exception as error:  # the libraries raise dozens of kinds
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"reranker {name!r} cannot be loaded: {reason}; check the name or the folder, or leave the setting out."
        ) from error
