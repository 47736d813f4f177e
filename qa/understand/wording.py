"""Question -> the facts of a cable's head that it asks for in words that no pattern knows.

`From which capital came the report that he had resigned?` asks where a cable was sent from, `From which capital did the
delegation come?` for what one tells. The offline encoder was taught to tell these apart: an adapter of its layers, and
a weight for each fact of the mean and the greatest of its tokens' vectors, in `heads/`, fitted on questions of both
kinds (tests/benchmarks/recognising.py).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.embed import TokenEncoder, Vectors, open_token_encoder
from qa.records import HeaderFact

LESSON = Path(__file__).with_name("heads")
"""The folder of the adapter, in PEFT's form, and of the weights."""

WEIGHTS, COLLECTION = "weights.npz", "collection.npz"

TAUGHT: tuple[HeaderFact, ...] = (
    "signer", "sent", "classification", "classifier", "captions", "tags", "references", "addressees", "origin",
    "precedence", "subject", "drafter", "declassify", "number",
)  # fmt: skip
"""The facts, in the order of the weights; after them, whether a question asks for any."""

KNOWN = 0.9
"""So sure it must be that a question asks for a fact of a head: what is taken for such is answered from no paragraph.
Of 260 that do, 236 are known, with the patterns; of 701 others, over six sets, none is mistaken, at 0.8 one
(tests/benchmarks/recognising.py)."""

LIKELY = 0.3
"""So sure it must be where no paragraph answers the question. So the heads of 15 more of 160 questions that no pattern
knows are looked at, of 8 more of 57 and 3 more of 6 by other writers; and of 17 of 3,054 others, eight written to be
mistaken."""

ALSO = 0.5
"""So sure it must be of each fact, where it asks for more than one."""

BESIDE = 0.8
"""So sure it must be of a fact beside those that the question asks for plainly."""

OF_A_CLAUSE = 0.4
"""So sure it must be of the fact that one clause asks for, where the whole question is known to ask for such facts. Of
29 questions for two facts, by writers that nothing was taught on, both are known for 20, for 14 by the whole alone; of
451 others nothing changes."""


OF_COLLECTION = 0.97
"""So sure it must be that a question is about the collection, where it has words that are not known to be."""


@dataclass(frozen=True, slots=True, eq=False)
class Recogniser:
    """The encoder as it was taught, and weights of shape (2 x dimension + 1, facts + 1): the last row is the bias.

    `collection`: the same for one more, whether the question is about the collection itself.
    """

    encoder: TokenEncoder
    weights: NDArray[np.float32]
    collection: NDArray[np.float32]

    def facts(self, question: str, plain: Collection[HeaderFact] = (), known: float = KNOWN) -> tuple[HeaderFact, ...]:
        """The facts of a head that the question asks for; empty where it asks for what a cable tells.

        Args:
            plain: those that it asks for plainly.
            known: how sure it must be that it asks for any.
        """
        *each, any_of_them = self._odds(question)
        least = float("inf") if any_of_them < known else BESIDE if plain else min(ALSO, max(each))
        return tuple(fact for fact, sure in zip(TAUGHT, each, strict=True) if fact in plain or sure >= least)

    def facts_of_clause(self, clause: str) -> tuple[HeaderFact, ...]:
        """The fact that a clause of such a question asks for, if it is one."""
        *each, _ = self._odds(clause if clause.endswith("?") else f"{clause}?")
        surest = max(range(len(each)), key=each.__getitem__)
        return TAUGHT[surest : surest + 1] if each[surest] >= OF_A_CLAUSE else ()

    def of_a_head(self, question: str) -> float:
        """How sure it is that the question asks for any fact of a head: 0 … 1."""
        return self._odds(question)[-1]

    def of_collection(self, question: str) -> float:
        """How sure it is that the question is about the collection of cables itself: 0 … 1."""
        (vectors,) = self.encoder.encode_tokens([question])
        return float(1 / (1 + np.exp(-(np.append(pooled(vectors), 1.0) @ self.collection))))

    def _odds(self, question: str) -> list[float]:
        (vectors,) = self.encoder.encode_tokens([question])
        logits = np.append(pooled(vectors), 1.0) @ self.weights
        return [float(each) for each in 1 / (1 + np.exp(-logits))]


def pooled(vectors: Vectors) -> NDArray[np.float32]:
    """The mean and the greatest of the vectors of a question's tokens: shape (2 x dimension,)."""
    within = vectors[1:-1] if len(vectors) > 2 else vectors  # without the marks at both ends
    return np.concatenate([within.mean(axis=0), within.max(axis=0)])


@cache
def open_recogniser() -> Recogniser:
    """The offline encoder, as it was taught; loaded once.

    Raises:
        EncoderError: its weights cannot be loaded.
    """
    with np.load(LESSON / WEIGHTS, allow_pickle=False) as kept:
        weights = cast("NDArray[np.float32]", kept["weights"].astype(np.float32))
    with np.load(LESSON / COLLECTION, allow_pickle=False) as kept:
        collection = cast("NDArray[np.float32]", kept["weights"].astype(np.float32))
    return Recogniser(open_token_encoder(LESSON), weights, collection)
