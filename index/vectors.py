"""Chunks and their vectors <-> Chroma: the chunks nearest in meaning to a question.

Chroma knows a chunk by its number in the catalog and holds nothing but its vector. Its own
filters walk the whole index (115 to 290 ms at 100,000 vectors): the catalog answers them.
"""

import re
import threading
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.catalog.connection import vacuum
from index.embed import Vectors
from index.errors import StoreError, StoreMismatch

COLLECTION = "chunks"

_OTHER_LENGTH = re.compile(r"dimension of (\d+), got (\d+)")

_HNSW: Any = {"space": "ip", "ef_construction": 100, "max_neighbors": 16, "ef_search": 100}

# How many writes Chroma gathers in its log before it brings them into its files: as few as it takes, and as it likes.
_AT_ONCE: Any = {"batch_size": 2, "sync_threshold": 2}
_IN_TURN: Any = {"batch_size": 100, "sync_threshold": 1000}

_NONE = 0
"""The number of no chunk."""


class VectorStore:
    """One Chroma collection in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._revision: int | None = None
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        import chromadb
        from chromadb.config import Settings

        folder = self._folder
        try:
            self._client: Any = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collection: Any = self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
            )
        except Exception as error:  # Chroma's own tree has no root that leaves out programming errors
            raise StoreError(f"{folder} cannot be opened by Chroma ({error}); run: reftel index PATH…") from error
        self._largest_batch = int(self._client.get_max_batch_size())

    def add(self, chunk_ids: Sequence[int], vectors: Vectors) -> None:
        """Add chunks; `vectors` is of shape (len(chunk_ids), dimension) and of unit length.

        Raises:
            StoreMismatch: the vectors that are there have another length.
        """
        for start in range(0, len(chunk_ids), self._largest_batch):
            batch = slice(start, start + self._largest_batch)
            with _one_length():
                self._collection.add(ids=[str(chunk) for chunk in chunk_ids[batch]], embeddings=vectors[batch])

    def erase(self, chunk_ids: Collection[int], dimension: int) -> None:
        """Drop chunks, and leave no byte of their vectors, which are of this dimension, in any file.

        Chroma only marks a vector as deleted: so each is overwritten first. What was written is then brought from
        Chroma's log into its files (`sync_threshold` says how often), and the log's own pages are given back.
        """
        blank = np.eye(1, dimension, dtype=np.float32)
        held = sorted({*chunk_ids, _NONE} & self.chunk_ids())
        for start in range(0, len(held), self._largest_batch):
            ids = [str(chunk) for chunk in held[start : start + self._largest_batch]]
            self._collection.update(ids=ids, embeddings=blank.repeat(len(ids), axis=0))
            self._collection.delete(ids=ids)
        self._set(_AT_ONCE)
        self._reopen()
        self._collection.add(ids=[str(_NONE)], embeddings=blank)
        self._collection.delete(ids=[str(_NONE)])
        self._set(_IN_TURN)
        self._client.close()
        vacuum(self._folder / "chroma.sqlite3")
        self._open()

    def _reopen(self) -> None:
        self._client.close()
        self._open()

    def _set(self, hnsw: Any) -> None:
        with warnings.catch_warnings():
            # Chroma calls a collection without an embedding function of its own a legacy.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._collection.modify(configuration={"hnsw": hnsw})

    def search(self, vector: Vectors, limit: int) -> dict[int, float]:
        """The nearest chunks and their cosine, best first. `vector` is of shape (dimension,) and of unit length."""
        with _one_length():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        # Chroma's inner-product distance is 1 - cosine for vectors of unit length.
        return {
            int(chunk): 1.0 - distance for chunk, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        }

    def cosines(self, vector: Vectors, chunk_ids: Collection[int]) -> dict[int, float]:
        """The cosine of each of these chunks, exactly; those that are not there are left out.

        For hundreds: Chroma gives a vector back in some 20 µs, and narrows a search to a few ids far more slowly.
        """
        if not chunk_ids:
            return {}
        found = self._collection.get(ids=[str(chunk) for chunk in chunk_ids], include=["embeddings"])
        scores = found["embeddings"] @ vector if found["ids"] else []
        return {int(chunk): float(score) for chunk, score in zip(found["ids"], scores, strict=True)}

    def vectors_of(self, chunk_ids: Sequence[int]) -> Vectors:
        """The vectors of these chunks, shape (len(chunk_ids), dimension), in their order; all must be there."""
        found = self._collection.get(ids=[str(chunk) for chunk in chunk_ids], include=["embeddings"])
        by_chunk = {int(chunk): vector for chunk, vector in zip(found["ids"], found["embeddings"], strict=True)}
        return np.stack([by_chunk[chunk] for chunk in chunk_ids]).astype(np.float32)

    def follow(self, revision: int, folder: Path) -> None:
        """See what another process has written, if the catalog's revision or generation has moved on since.

        An embedded Chroma reads its index once; only opening it anew shows what came later.
        """
        with self._lock:
            if self._revision not in (None, revision) or self._folder != folder:
                self._folder = folder
                self._reopen()
            self._revision = revision

    def chunk_ids(self) -> set[int]:
        """The numbers of all chunks held."""
        return {int(chunk) for chunk in self._collection.get(include=[])["ids"]}

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


@contextmanager
def _one_length() -> Iterator[None]:
    """Chroma's refusal of vectors of another length, in a sentence: what a server calls by one name may change."""
    from chromadb.errors import InvalidArgumentError

    try:
        yield
    except InvalidArgumentError as error:
        if lengths := _OTHER_LENGTH.search(str(error)):
            raise StoreMismatch(
                f"the vectors of this index have {lengths[1]} numbers, those of the encoder have {lengths[2]}; "
                "name the encoder that built it, or embed all cables anew: reftel index --encoder NAME"
            ) from error
        raise
