"""What the vectors of an index ask of the place where they lie, generation by generation."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

from index.embed import Vectors
from index.errors import StoreError

COLLECTION_SETTINGS: Any = {"hnsw": {"space": "ip", "ef_construction": 100, "max_neighbors": 16, "ef_search": 100}}

NONE = "0"
"""What Chroma knows no chunk by."""


class Place(Protocol):
    """Where Chroma keeps the vectors of an index."""

    @property
    def is_served(self) -> bool:
        """Whether a server holds them: it shows what others wrote at once, and its files are its own."""

    def open(self, generation: str) -> tuple[Any, Any]:
        """Chroma's client, and the collection of a generation.

        Raises:
            StoreError: why not, and what to do.
        """

    def close(self, client: Any) -> None:
        """Let go of what `open` gave."""

    def most_at_once(self, client: Any) -> int:
        """Vectors that are taken in one call."""

    def drop(self, generation: str) -> None:
        """Drop a generation, if it is there."""

    def edition(self, generation: str) -> str:
        """The name of the files that a generation lies in: once it is another, they are to be opened anew."""

    def in_log(self, generation: str) -> int:
        """How many writes whoever opens the generation has to go through."""

    def next_edition(self, generation: str, dimension: int) -> "AbstractContextManager[Place]":
        """Where a generation, of vectors of this dimension, is changed so that none of its former bytes are left.

        The writer must have closed it. Once that is done, the log is empty.
        """

    def failure(self, generation: str, error: Exception) -> StoreError:
        """What went wrong there, in a sentence."""


def blank(count: int, dimension: int) -> Vectors:
    """Vectors that say nothing, shape (count, dimension)."""
    return np.eye(1, dimension, dtype=np.float32).repeat(count, axis=0)


def said(error: Exception) -> str:
    """What a library says of its failure, in a line."""
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
