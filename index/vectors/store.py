"""Chunks and their vectors <-> Chroma: the chunks nearest in meaning to a question.

Chroma knows a chunk by its number in the catalog and holds nothing but its vector. Its own
filters walk the whole index (115 to 290 ms at 100,000 vectors): the catalog answers them.
"""

import re
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.embed import Vectors
from index.errors import StoreError, StoreMismatch
from index.vectors.place import Place, blank, said

_OTHER_LENGTH = re.compile(r"dimension of (\d+), got (\d+)")

_LOG = 1000
_SHARE = 50
"""The log is brought into the files when it is longer than this, and than this part of all: at sixty thousand vectors
whoever opens them takes a second to go through a thousand writes, and bringing them in takes three."""

_NO_REVISION = -1
"""What a store is at that could not be opened anew: the next question tries again."""


class VectorStore:
    """The vectors of one generation: one Chroma collection."""

    def __init__(self, place: Place, generation: str) -> None:
        self._place = place
        self._generation = generation
        self._revision: int | None = None
        self._gate = _Gate()
        self._open()

    def _open(self) -> None:
        edition = self._place.edition(self._generation)
        self._client, self._collection = self._place.open(self._generation)
        self._most = self._place.most_at_once(self._client)
        self._edition = edition

    def _reopen(self) -> None:
        revision, self._revision = self._revision, _NO_REVISION
        self.close()
        self._open()
        self._revision = revision

    def beside(self, generation: str) -> "VectorStore":
        """The store of another generation, in the same place."""
        return VectorStore(self._place, generation)

    def add(self, chunk_ids: Sequence[int], vectors: Vectors) -> None:
        """Add chunks; `vectors` is of shape (len(chunk_ids), dimension) and of unit length.

        Raises:
            StoreMismatch: the vectors that are there have another length.
        """
        for start in range(0, len(chunk_ids), self._most):
            batch = slice(start, start + self._most)
            self._ask("add", ids=[str(chunk) for chunk in chunk_ids[batch]], embeddings=vectors[batch])
        if self._place.in_log(self._generation) > max(_LOG, self.count() // _SHARE):
            with self._next_edition(vectors.shape[1]):
                pass

    def erase(self, chunk_ids: Collection[int], dimension: int) -> None:
        """Drop chunks, and leave no byte of their vectors, which are of this dimension, in any file of ours."""
        with self._next_edition(dimension) as place:
            store = VectorStore(place, self._generation)
            try:
                store._overwrite(chunk_ids, dimension)
            finally:
                store.close()

    def _overwrite(self, chunk_ids: Collection[int], dimension: int) -> None:
        """Drop chunks; Chroma only marks a vector as deleted, so each is overwritten first."""
        held = [str(chunk) for chunk in sorted(self.chunk_ids().intersection(chunk_ids))]
        for start in range(0, len(held), self._most):
            ids = held[start : start + self._most]
            self._ask("update", ids=ids, embeddings=blank(len(ids), dimension))
            self._ask("delete", ids=ids)

    @contextmanager
    def _next_edition(self, dimension: int) -> Iterator[Place]:
        self.close()
        try:
            with self._place.next_edition(self._generation, dimension) as place:
                yield place
        finally:
            self._open()

    def search(self, vector: Vectors, limit: int) -> dict[int, float]:
        """The nearest chunks and their cosine, best first. `vector` is of shape (dimension,) and of unit length."""
        found = self._ask("query", query_embeddings=vector[None, :], n_results=limit, include=["distances"])
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
        found = self._ask("get", ids=[str(chunk) for chunk in chunk_ids], include=["embeddings"])
        scores = found["embeddings"] @ vector if found["ids"] else []
        return {int(chunk): float(score) for chunk, score in zip(found["ids"], scores, strict=True)}

    def vectors_of(self, chunk_ids: Sequence[int]) -> Vectors:
        """The vectors of these chunks, shape (len(chunk_ids), dimension), in their order; all must be there."""
        found = self._ask("get", ids=[str(chunk) for chunk in chunk_ids], include=["embeddings"])
        by_chunk = {int(chunk): vector for chunk, vector in zip(found["ids"], found["embeddings"], strict=True)}
        return np.stack([by_chunk[chunk] for chunk in chunk_ids]).astype(np.float32)

    def follow(self, revision: int, generation: str) -> None:
        """See what another process has written, if the catalog's revision or generation has moved on since.

        An embedded Chroma reads its index once; only opening it anew shows what came later. A server shows it at once.
        """
        if (self._revision, self._generation) == (revision, generation):
            return
        with self._gate.shut():
            moved = self._generation != generation
            stale = self._revision not in (None, revision) and not self._place.is_served
            self._revision, self._generation = _NO_REVISION, generation
            if moved or stale:
                self._reopen()
            self._revision = revision

    def chunk_ids(self) -> set[int]:
        """The numbers of all chunks held."""
        return {int(chunk) for chunk in self._ask("get", include=[])["ids"]}

    def count(self) -> int:
        """How many chunks are held."""
        return int(self._ask("count"))

    def prove(self) -> None:
        """See that what is held can be read and searched.

        Raises:
            StoreError: it cannot.
        """
        for vector in self._ask("get", limit=1, include=["embeddings"])["embeddings"]:
            self.search(vector, 1)

    def close(self) -> None:
        """Let go of the files, or of the server."""
        self._place.close(self._client)

    def _ask(self, method: str, **arguments: Any) -> Any:
        """A call of the collection; what fails is told in a sentence."""
        while True:
            edition = self._edition
            try:
                return self._ask_edition(method, **arguments)
            except StoreError:
                if edition == self._place.edition(self._generation):
                    raise
            with self._gate.shut():
                if self._edition == edition:
                    self._reopen()

    def _ask_edition(self, method: str, **arguments: Any) -> Any:
        import httpx
        from chromadb.errors import ChromaError

        with self._gate.passed():
            try:
                return getattr(self._collection, method)(**arguments)
            except (ChromaError, httpx.HTTPError) as error:
                if lengths := _OTHER_LENGTH.search(said(error)):
                    raise StoreMismatch(
                        f"the vectors of this index have {lengths[1]} numbers, those of the encoder have {lengths[2]}; "
                        "name the encoder that built it, or embed all cables anew: reftel index --encoder NAME"
                    ) from error
                raise self._place.failure(self._generation, error) from error


class _Gate:
    """Many may pass at once, until one shuts it: whoever reopens the store waits until nobody uses it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._inside = 0
        self._is_shut = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be inside."""
        with self._change:
            self._change.wait_for(lambda: not self._is_shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._change:
                self._inside -= 1
                self._change.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Be alone."""
        with self._change:
            self._change.wait_for(lambda: not self._is_shut)
            self._is_shut = True
            self._change.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._change:
                self._is_shut = False
                self._change.notify_all()
