"""What the index asks of an encoder, whatever computes the vectors."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Texts -> vectors, and the lengths of texts in the tokens it counts in."""

    name: str
    dtype: str
    max_tokens: int

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, special tokens left out."""


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that gives the vector of each token as well, as it is meant where it stands."""

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text, vectors of unit length, shape (tokens, dimension), as far as `max_tokens` go."""
