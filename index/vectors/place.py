"""What the vectors of an index ask of the place where they lie, generation by generation."""

from typing import Any, Protocol

from index.errors import StoreError

COLLECTION_SETTINGS: Any = {"hnsw": {"space": "ip", "ef_construction": 100, "max_neighbors": 16, "ef_search": 100}}


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

    def compact(self, generation: str) -> None:
        """Give back the pages that hold nothing any more; nobody may have the generation open."""

    def failure(self, generation: str, error: Exception) -> StoreError:
        """What went wrong there, in a sentence."""


def said(error: Exception) -> str:
    """What a library says of its failure, in a line."""
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
