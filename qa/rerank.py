"""Passages -> Passages, best first, by a cross-encoder that reads question and paragraph together.

Any sentence-transformers cross-encoder, by the setting `reranker`; none by default, for none is at
hand offline. It reads what the search found best, each with the subject and day of its cable.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import EncoderError
from qa.records import Passage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ = 30
"""Passages that a reranker reads for a question, at least."""

_BATCH = 16


class Reranker:
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
        scores = [float(score) for score in self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)]
        order = sorted(range(len(passages)), key=lambda place: (-scores[place], place))[:top_k]
        return tuple(
            replace(passages[place], rank=rank, score=round(scores[place], 6)) for rank, place in enumerate(order, 1)
        )


def open_reranker(name: str) -> Reranker:
    """Load a cross-encoder by its sentence-transformers name, or from a folder.

    Raises:
        EncoderError: it cannot be loaded.
    """
    try:
        from sentence_transformers import CrossEncoder

        return Reranker(CrossEncoder(name), name)
    except Exception as error:  # the libraries raise dozens of kinds
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"reranker {name!r} cannot be loaded: {reason}; check the name or the folder, or leave the setting out."
        ) from error
