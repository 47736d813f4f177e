"""The vectors in the home folder, by Chroma within this process: for each generation a folder of editions.

Chroma takes what is new into its log, in transactions of SQLite, and now and then brings it from there into its files
of vectors. Those it writes as they lie: a process killed meanwhile leaves files that cannot be read, or that crash
whoever reads them (chroma-core/chroma, issues 7238 and 7678). So the log is only ever brought into a copy of all files,
the next edition. It gets its name when it is whole, and whoever opens a generation takes the latest.
"""

import os
import shutil
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from index.catalog.connection import copy, count_rows, vacuum
from index.disk import need_room, trouble
from index.errors import StoreDamaged, StoreError
from index.vectors.place import COLLECTION_SETTINGS, NONE, blank, said

COLLECTION = "chunks"

_DATABASE = "chroma.sqlite3"

# When Chroma brings its log into its files: never where others read, at the next two writes in a copy.
_NEVER: Any = {"batch_size": 100, "sync_threshold": 1_000_000_000}
_AT_ONCE: Any = {"batch_size": 2, "sync_threshold": 2}

_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds a folder for each generation."""

    is_served: ClassVar[bool] = False

    generations: Path

    def open(self, generation: str) -> tuple[Any, Any]:
        """Chroma's client, and the collection of a generation in its latest edition; made if it is not there."""
        while True:
            path = self._latest(generation)
            try:
                client, collection = _open_whole(path)
            except Exception as error:  # Chroma's own tree has no root that leaves out programming errors
                if path == self._latest(generation):
                    raise self.failure(generation, error) from error
                continue
            if path == self._latest(generation):
                return client, collection
            self.close(client)

    def close(self, client: Any) -> None:
        """Let go of the files."""
        client.close()

    def edition(self, generation: str) -> str:
        """The name of the latest edition."""
        return self._latest(generation).name

    def most_at_once(self, client: Any) -> int:
        """Vectors that are taken in one call."""
        return int(client.get_max_batch_size())

    def drop(self, generation: str) -> None:
        """Drop a generation, if it is there."""
        shutil.rmtree(self._editions(generation), ignore_errors=True)

    def in_log(self, generation: str) -> int:
        """How many writes are in the log alone: whoever opens the generation has to go through them."""
        return count_rows(self._latest(generation) / _DATABASE, "embeddings_queue")

    @contextmanager
    def next_edition(self, generation: str, dimension: int) -> Iterator["Folder"]:
        """A copy of a generation, to change at will; afterwards it is the latest edition, with its log brought in.

        The writer's own. What was erased in it is then in no file but those that a reader holds open. An exception
        or a crash leaves the generation as it was.
        """
        latest = self._latest(generation)
        coming = Folder(self._editions(generation) / "next")
        self._drop_all_but(latest)
        try:
            coming._take(generation, latest)
            yield coming
            coming._bring_in(generation, dimension)
            made = coming._latest(generation)
            _blank_unused_room(made)
            vacuum(made / _DATABASE)
            _onto_the_disk(made)
            latest = made.rename(latest.with_name(str(int(latest.name) + 1)))
            _onto_the_disk(latest.parent)
        except OSError as error:
            raise self.failure(generation, error) from error
        finally:
            self._drop_all_but(latest)

    def failure(self, generation: str, error: Exception) -> StoreError:
        """What went wrong there, in a sentence."""
        path = self._latest(generation)
        if wrong := trouble(path, str(error)):
            return StoreError(f"{path}: {wrong}")
        return StoreDamaged(f"{path} cannot be used by Chroma ({said(error)}); run: reftel status --repair")

    def _editions(self, generation: str) -> Path:
        return self.generations / generation / "chroma"

    def _latest(self, generation: str) -> Path:
        editions = self._editions(generation)
        found = (int(each.name) for each in editions.glob("*") if each.name.isdecimal())
        return editions / str(max(found, default=1))

    def _drop_all_but(self, edition: Path) -> None:
        """Drop former editions, what a crash left, and the files of an index from before there were editions."""
        for each in edition.parent.glob("*"):
            if each.is_file():
                each.unlink()
            elif each != edition:
                shutil.rmtree(each, ignore_errors=True)

    def _take(self, generation: str, source: Path) -> None:
        """Make ours a copy of that edition. SQLite copies its own file: a reader's Chroma may be writing to it."""
        target = self._latest(generation)
        need_room(source, sum(each.stat().st_size for each in source.rglob("*")))
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
        copy(source / _DATABASE, target / _DATABASE)

    def _bring_in(self, generation: str, dimension: int) -> None:
        """Bring the log into the files: two writes do it, where the collection is opened with the setting for it."""
        from chromadb.errors import ChromaError

        try:
            with self._collection(generation) as collection:
                _set(collection, _AT_ONCE)
            with self._collection(generation) as collection:
                collection.add(ids=[NONE], embeddings=blank(1, dimension))
                collection.delete(ids=[NONE])
                _set(collection, _NEVER)
        except ChromaError as error:
            raise self.failure(generation, error) from error

    @contextmanager
    def _collection(self, generation: str) -> Iterator[Any]:
        """The collection of a generation that is there, without its vectors being loaded yet."""
        client = _own_client(self._latest(generation))
        try:
            yield client.get_collection(COLLECTION, embedding_function=None)
        finally:
            self.close(client)


def _open_whole(path: Path) -> tuple[Any, Any]:
    """A client and the collection in a folder, with its vectors loaded: later those files may be gone."""
    client = _own_client(path)
    try:
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {**COLLECTION_SETTINGS["hnsw"], **_NEVER}}
        )
        collection.get(limit=1, include=["embeddings"])
    except BaseException:
        client.close()
        raise
    return client, collection


def _set(collection: Any, hnsw: Any) -> None:
    with warnings.catch_warnings():
        # Chroma calls a collection without an embedding function of its own a legacy.
        warnings.simplefilter("ignore", DeprecationWarning)
        collection.modify(configuration={"hnsw": hnsw})


def _blank_unused_room(edition: Path) -> None:
    """Chroma makes its file of vectors for more than it holds: in the rest stands what the memory last held."""
    for file in edition.glob("*/data_level0.bin"):
        *_, held, width = struct.unpack_from("=i4Q", file.with_name("header.bin").read_bytes())
        size = file.stat().st_size
        with file.open("r+b") as opened:
            opened.truncate(held * width)
            opened.truncate(size)


def _onto_the_disk(folder: Path) -> None:
    """See that a folder and what is in it survive the plug being pulled."""
    for each in (*folder.rglob("*"), folder):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _own_client(path: Path) -> Any:
    """A client that shares nothing with others of this process.

    Chroma gives all who name a path the same way one and the same client, even one whose start failed. What a page
    holds open would then keep its own indexing from bringing all into the files, so each names the path its own way.
    """
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    with _OPENING:
        spelling = str(path)
        while spelling in SharedSystemClient._identifier_to_system:
            spelling += "/."
        try:
            return chromadb.PersistentClient(path=spelling, settings=Settings(anonymized_telemetry=False))
        except BaseException:
            SharedSystemClient._identifier_to_system.pop(spelling, None)
            raise
