"""What the index asks of an encoder, whatever computes the vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Tokenizer(Protocol):
    """The lengths of texts in the tokens that an encoder counts in."""

    max_tokens: int

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, special tokens left out."""


class Encoder(Tokenizer, Protocol):
    """Texts -> vectors."""

    name: str
    dtype: str

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""


class TokenEncoder(Tokenizer, Protocol):
    """Texts -> the vector of each token, as it is meant where it stands."""

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text, vectors of unit length, shape (tokens, dimension), as far as `max_tokens` go."""
