"""A question beside paragraphs -> how close each, or a sentence of it, comes to what every word of the question means.

By *late interaction* (Khattab & Zaharia, "ColBERT", 2020): of each token of the question, the cosine of the nearest
token, where a search has one vector for all of a chunk. The tokens' vectors are those of the offline encoder after a
lesson: an adapter of its upper layers (Hu et al., "LoRA", 2021), in `adapter/`, was fitted to questions that are asked
in other words than the paragraphs that answer them (tests/benchmarks/teaching.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunk import context_of, fitting
from index.embed import TokenEncoder, Vectors, open_token_encoder
from index.sentences import Span
from qa.records import Passage

Places = NDArray[np.int64]
"""Where tokens stand in a paragraph: shape (tokens, 2)."""

NOWHERE = (-1, -1)

KEPT = 60
"""Paragraphs remembered beside their question: those of three questions."""

_Key = tuple[str, str, str]
"""A question, and what is read of a paragraph for it: what stands before, and its text."""

ADAPTER = Path(__file__).with_name("adapter")
"""The folder of the adapter, in PEFT's form."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One paragraph beside a question.

    `cosines` has shape (tokens of the question, tokens read), `starts` and `ends` tell where each token read stands in
    the paragraph, -1 where it stands before it: subject, origin and day are read as well.
    """

    cosines: Vectors
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def closeness(self) -> float:
        """Of the whole: the mean over the question's tokens of the best cosine."""
        return float(self.cosines.max(axis=1).mean()) if self.cosines.size else 0.0

    def closeness_of(self, span: Span) -> float:
        """The same of a stretch of the paragraph; -1 where it holds no token."""
        inside = (self.starts >= span[0]) & (self.ends <= span[1])
        return float(self.cosines[:, inside].max(axis=1).mean()) if len(self.cosines) and inside.any() else -1.0


class Closeness:
    """An encoder of tokens, open. Threads may share it."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._kept: dict[_Key, Compared] = {}

    def compare(self, question: str, passages: Sequence[Passage]) -> list[Compared]:
        """Each of the paragraphs beside the question.

        The last `KEPT` are remembered: what was reranked is cut to what a chat model is shown, and quoted.
        """
        keys = [(question, read_before(each), each.text) for each in passages]
        known = {key: kept for key in keys if (kept := self._kept.get(key))}
        new = {key: each for key, each in zip(keys, passages, strict=True) if key not in known}
        known |= zip(new, self._compare(question, list(new.values())), strict=True)
        others = [(key, kept) for key, kept in self._kept.items() if key not in known]
        self._kept = dict([*others, *known.items()][-KEPT:])
        return [known[key] for key in keys]

    def _compare(self, question: str, passages: Sequence[Passage]) -> list[Compared]:
        if not passages:
            return []
        stretches = [(place, *stretch) for place, each in enumerate(passages) for stretch in self._stretches(each)]
        texts = [text for *_, text in stretches]
        asked, *told = self._encoder.encode_tokens([question, *texts])
        asked = asked[1:-1]  # without the marks at both ends
        cosines: list[list[Vectors]] = [[] for _ in passages]
        places: list[list[Places]] = [[] for _ in passages]
        for (place, start, head, _), vectors, spans in zip(
            stretches, told, self._encoder.token_spans(texts), strict=True
        ):
            where = np.array([NOWHERE, *spans[: len(vectors) - 2], NOWHERE], dtype=np.int64)
            cosines[place].append(asked @ vectors.T)
            places[place].append(np.where(where >= head, where + start - head, -1))
        return [
            Compared(np.concatenate(of_stretches, axis=1), *np.concatenate(where).T)
            for of_stretches, where in zip(cosines, places, strict=True)
        ]

    def _stretches(self, passage: Passage) -> Iterator[tuple[int, int, str]]:
        """Where each stretch of a paragraph begins, where it does in the text that is read, and that text."""
        before = read_before(passage)
        for start, end in fitting(passage.text, before, self._encoder) or [(0, 0)]:
            yield start, len(before), before + passage.text[start:end]


def read_before(passage: Passage) -> str:
    """What is read before each stretch of a paragraph: the same as in the index, and a line break."""
    sent = datetime.fromisoformat(passage.sent) if passage.sent else None
    context = context_of(passage.subject, passage.origin, sent)
    return f"{context}\n" if context else ""


@cache
def open_closeness() -> Closeness:
    """The offline encoder, as it was taught; loaded once.

    Raises:
        EncoderError: its weights cannot be loaded.
    """
    return Closeness(open_token_encoder(ADAPTER))
