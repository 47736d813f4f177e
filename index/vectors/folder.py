"""The vectors in the home folder, by Chroma within this process: a folder for each generation."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from index.catalog.connection import vacuum
from index.disk import trouble
from index.errors import StoreDamaged, StoreError
from index.vectors.place import COLLECTION_SETTINGS, said

COLLECTION = "chunks"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds a folder for each generation."""

    is_served: ClassVar[bool] = False

    generations: Path

    def open(self, generation: str) -> tuple[Any, Any]:
        """Chroma's client, and the collection of a generation; made if it is not there."""
        import chromadb
        from chromadb.config import Settings

        try:
            client = chromadb.PersistentClient(
                path=str(self._path(generation)), settings=Settings(anonymized_telemetry=False)
            )
            return client, client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration=COLLECTION_SETTINGS
            )
        except Exception as error:  # Chroma's own tree has no root that leaves out programming errors
            _forget(str(self._path(generation)))
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


def _forget(path: str) -> None:
    """Chroma keeps a client whose start failed, and gives it to whoever asks for the same path again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    if path not in SharedSystemClient._identifier_to_refcount:
        SharedSystemClient._identifier_to_system.pop(path, None)
