"""The vectors in the home folder, by Chroma within this process: a folder for each generation."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from index.catalog.connection import vacuum
from index.disk import trouble
from index.errors import StoreDamaged, StoreError
from index.vectors.place import COLLECTION_SETTINGS, said

COLLECTION = "chunks"

_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds a folder for each generation."""

    is_served: ClassVar[bool] = False

    generations: Path

    def open(self, generation: str) -> tuple[Any, Any]:
        """Chroma's client, and the collection of a generation; made if it is not there."""
        try:
            client = _own_client(self._path(generation))
            return client, client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration=COLLECTION_SETTINGS
            )
        except Exception as error:  # Chroma's own tree has no root that leaves out programming errors
            raise self.failure(generation, error) from error

    def close(self, client: Any) -> None:
        """Let go of the files."""
        client.close()

    def most_at_once(self, client: Any) -> int:
        """Vectors that are taken in one call."""
        return int(client.get_max_batch_size())

    def drop(self, generation: str) -> None:
        """Drop a generation, if it is there."""
        shutil.rmtree(self._path(generation), ignore_errors=True)

    def compact(self, generation: str) -> None:
        """Give back the pages of Chroma's log that hold nothing any more."""
        vacuum(self._path(generation) / "chroma.sqlite3")

    def failure(self, generation: str, error: Exception) -> StoreError:
        """What went wrong there, in a sentence."""
        path, reason = self._path(generation), said(error)
        if wrong := trouble(path, reason):
            return StoreError(f"{path}: {wrong}")
        return StoreDamaged(f"{path} cannot be used by Chroma ({reason}); run: reftel status --repair")

    def _path(self, generation: str) -> Path:
        return self.generations / generation / "chroma"


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
