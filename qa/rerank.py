"""Passages -> Passages, best first, by what reads question and paragraph more closely than the search can.

By *late interaction* (Khattab & Zaharia, "ColBERT", 2020), at hand offline: what each token of the question means is
held against what each token of the paragraph does, where the search has one vector for all of a chunk. Passages that
are to be quoted are read so. Where a chat model reads them, it gains nothing by the order: tried so, 105 answers of 135
over two sets were right instead of 108.

By a cross-encoder, any of sentence-transformers', by the setting `reranker`; none by default, for none is at hand
offline. It reads what the search found best, each with the subject and day of its cable, in every search.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.chunk import fitting
from index.embed import TokenEncoder
from index.errors import EncoderError
from qa.records import Passage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ = 30
"""Passages that a cross-encoder reads for a question, at least."""

READ_CLOSELY = 10
"""Passages that are read by late interaction: some tenth of a second for each three."""

CLOSENESS_WEIGHT = 2.0
"""What the mean closeness of the question's tokens, a cosine, adds to a passage's score. Of 161 questions over FRUS
telegrams it brings the gold paragraph to the first place 109 times instead of 98, and among six 154 times instead of
151 (tests/benchmarks/closeness.py); between 1 and 4 little changes."""

TYPICAL_CLOSENESS = 0.55
"""What is so close adds nothing: with it, scores stay where the search's are."""

_BATCH = 16


class Reranker(Protocol):
    """What puts passages in a better order."""

    def rerank(self, question: str, passages: Sequence[Passage], top_k: int) -> tuple[Passage, ...]:
        """The best `top_k` of the passages, with new scores and ranks."""


class LateInteraction:
    """The search's score, and on top of it how close the paragraph comes to each token of the question."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder

    def rerank(self, question: str, passages: Sequence[Passage], top_k: int) -> tuple[Passage, ...]:
        """The best `top_k` of the passages, with new scores and ranks; those beyond the first few keep their places."""
        read = passages[:READ_CLOSELY]
        stretches = [
            (place, text)
            for place, each in enumerate(read)
            for text in fitting(each.text, f"{each.subject}." if each.subject else "", self._encoder)
        ]
        asked, *told = self._encoder.encode_tokens([question, *(text for _, text in stretches)])
        nearest = np.full((len(read), len(asked)), -1.0)
        for (place, _), tokens in zip(stretches, told, strict=True):
            nearest[place] = np.maximum(nearest[place], (asked @ tokens.T).max(axis=1))
        closeness = nearest[:, 1:-1].mean(axis=1)  # without the marks at both ends of a question
        scores = [
            each.score + CLOSENESS_WEIGHT * (float(close) - TYPICAL_CLOSENESS)
            for each, close in zip(read, closeness, strict=True)
        ]
        lowest = min(scores, default=0.0)
        return _ordered(passages, [*scores, *(min(each.score, lowest) for each in passages[len(read) :])], top_k)


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


def _ordered(passages: Sequence[Passage], scores: Sequence[float], top_k: int) -> tuple[Passage, ...]:
    order = sorted(range(len(passages)), key=lambda place: (-scores[place], place))[:top_k]
    return tuple(
        replace(passages[place], rank=rank, score=round(scores[place], 6)) for rank, place in enumerate(order, 1)
    )


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
