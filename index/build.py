"""The sync: files -> all three stores, so that the index equals the files.

A file is looked at again when its size or time changed, and read again when its content did.
A crash at any moment leaves an index that opens and answers; the next run finishes the work.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from index.catalog import IndexedFile
from index.chunk import CHUNKER_VERSION, chunk_cables
from index.embed import Encoder, open_encoder
from index.errors import CableSyntaxError, StoreBusy
from index.gazetteer import match_key
from index.home import Stores, encoder_of, open_stores
from index.parse import PARSER_VERSION, parse
from index.read import files_in, read_file
from index.records import Cable, Chunk, Problem, Source
from index.settings import Settings
from index.versions import is_better

BATCH_CHUNKS = 1024
"""Chunks embedded and committed together: what a crash may cost, in work to be done again."""

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and the file at hand."""


@dataclass(slots=True)
class Report:
    """What a run did: numbers of cables, files and chunks, what could not be read, and the seconds."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged_files: int = 0
    read_files: int = 0
    chunks: int = 0
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0


def build(
    paths: Iterable[Path], settings: Settings, *, encoder: Encoder | None = None, progress: Progress | None = None
) -> Report:
    """Make the index equal what lies under `paths`; files indexed from elsewhere stay as they are.

    Raises:
        StoreBusy: another run is writing.
        StoreMismatch: the index was built with another encoder.
    """
    started = time.perf_counter()
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "write.lock")
    try:
        with lock.acquire(timeout=0):
            stores = open_stores(settings, writable=True)
            try:
                report = _Sync(stores, settings, encoder).run([Path(path) for path in paths], progress)
            finally:
                stores.close()
    except Timeout:
        raise StoreBusy(f"another run is writing to {settings.home}; wait for it, then run this again.") from None
    report.seconds = time.perf_counter() - started
    return report


@dataclass(slots=True)
class _Reading:
    """One file being read: what it was found to hold so far."""

    file: IndexedFile
    copies: list[tuple[str, Source]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Sync:
    """One run of the sync. State: what this run has written, and the batch at hand."""

    def __init__(self, stores: Stores, settings: Settings, encoder: Encoder | None) -> None:
        self._stores = stores
        self._catalog = stores.catalog
        self._settings = settings
        self._encoder = encoder
        self._report = Report()
        self._written: set[str] = set()
        self._stale: set[str] = set()
        self._again = False
        self._batch: dict[str, tuple[Cable, list[Chunk], str]] = {}
        self._finished: list[_Reading] = []

    def run(self, paths: list[Path], progress: Progress | None) -> Report:
        self._recover()
        wanted, found, missing = self._plan(paths)
        for done, file in enumerate(wanted):
            if progress:
                progress(done, len(wanted), file.path)
            self._read(file)
        self._flush()
        self._drop_files(missing)
        self._sweep()
        if progress:
            progress(len(wanted), len(wanted), "")
        self._report.unchanged_files = found - len(wanted)
        return self._report

    def _recover(self) -> None:
        """Clear what an interrupted run left, and settle what builds this index."""
        with self._catalog.transaction():
            self._catalog.clear_unready()
        self._sweep()
        encoder_of(self._catalog, self._settings.encoder)

    def _plan(self, paths: list[Path]) -> tuple[list[IndexedFile], int, list[str]]:
        """Files to read, number of files found, and files that are no longer there."""
        known = self._catalog.files()
        self._again = not self._built_alike()
        found, roots = self._look_around(paths, known)
        wanted: dict[str, IndexedFile] = {}
        for path, now in found.items():
            before = known.get(path)
            if self._again or before is None or before.sha256 != now.sha256:
                wanted[path] = now
            elif before != now:
                self._catalog.touch_file(now)
        missing = [path for path in known if path not in found and _lies_under(path, roots)]
        self._stale = {*missing, *(path for path in wanted if path in known)}
        # A file whose copy of a cable was passed over may now hold the only one, or the best.
        for path in self._catalog.files_with(self._catalog.copies_in(self._stale)) - self._stale:
            if Path(path).exists():
                wanted.setdefault(path, _look_at(path, known.get(path)))
        return list(wanted.values()), len(found), missing

    def _look_around(
        self, paths: list[Path], known: dict[str, IndexedFile]
    ) -> tuple[dict[str, IndexedFile], list[Path]]:
        """The files as they are now, and the paths under which a file that is missing was removed.

        A path that is empty or not there may be mistyped, or a disk that is not mounted: it removes nothing.
        """
        found: dict[str, IndexedFile] = {}
        silent: dict[Path, Problem] = {}
        for item in files_in(paths):
            if isinstance(item, Problem):
                self._report.problems.append(item)
                silent[Path(item.path).resolve()] = item
            else:
                path = str(item.resolve())
                found[path] = _look_at(path, known.get(path))
        roots = {path.resolve() for path in paths}
        for root in roots - {Path(path) for path in known}:
            self._catalog.record_path(str(root), silent.get(root))
        return found, [root for root in roots if root not in silent]

    def _built_alike(self) -> bool:
        """Whether parser and chunker are those that built the index."""
        manifest = self._catalog.manifest()
        return all(manifest.get(key, value) == value for key, value in self._versions().items())

    def _versions(self) -> dict[str, str]:
        return {
            "parser": str(PARSER_VERSION),
            "chunker": str(CHUNKER_VERSION),
            "chunk_tokens": str(self._settings.chunk_tokens),
        }

    def _read(self, file: IndexedFile) -> None:
        """Read one file, and put its cables into the batch."""
        reading = _Reading(file)
        for item in cables_in(Path(file.path), max_file_mb=self._settings.max_file_mb):
            if isinstance(item, Problem):
                reading.problems.append(item)
                continue
            reading.copies.append((item.cable_id, item.source))
            self._offer(item, file.path)
        self._report.read_files += 1
        self._report.problems.extend(reading.problems)
        self._finished.append(reading)

    def _offer(self, cable: Cable, file: str) -> None:
        """Put a cable into the batch, unless the archive has it already, as good or better."""
        key = match_key(cable.cable_id)
        rival = self._rival(key)
        if rival is not None and not is_better(cable, rival):
            return
        if not self._again and key not in self._batch and self._catalog.keep(cable.cable_id, cable.source, file):
            self._written.add(key)
            return
        chunks = next(iter(chunk_cables([cable], self._get_encoder(), self._settings.chunk_tokens)))
        self._batch[key] = (cable, chunks, file)
        if sum(len(chunks) for _, chunks, _ in self._batch.values()) >= BATCH_CHUNKS:
            self._flush()

    def _rival(self, key: str) -> Cable | None:
        """The cable of this key that stands in the archive or the batch and is not about to be replaced."""
        if key in self._batch:
            return self._batch[key][0]
        owner = self._catalog.file_of(key)
        if owner is None or (owner in self._stale and key not in self._written):
            return None
        return self._catalog.get(key)

    def _flush(self) -> None:
        """Write the batch to all three stores, then make it the truth."""
        batch = list(self._batch.values())
        chunks = [chunk for _, cable_chunks, _ in batch for chunk in cable_chunks]
        present = self._catalog.present(self._batch)
        if chunks:
            vectors = self._get_encoder().encode_documents([chunk.embedded_text for chunk in chunks])
            with self._catalog.transaction():
                numbered = [self._catalog.add(*each) for each in batch]
            self._stores.vectors.add([chunk_id for chunk_ids in numbered for chunk_id in chunk_ids], vectors)
            for chunk_ids, (cable, cable_chunks, _) in zip(numbered, batch, strict=True):
                self._stores.terms.add(chunk_ids, cable_chunks, cable.header)
            self._stores.terms.commit()
        with self._catalog.transaction():
            self._catalog.make_ready(list(self._batch))
            if chunks:
                self._catalog.raise_revision()
            for reading in self._finished:
                self._finish(reading)
        self._report.added += len(batch) - len(present)
        self._report.updated += len(present)
        self._report.chunks += len(chunks)
        self._written.update(self._batch)
        self._batch.clear()
        self._finished.clear()

    def _finish(self, reading: _Reading) -> None:
        """Record a file as read; cables that it held before and no file holds now go.

        Where a part of the file could not be read they stay: they may be in that part.
        """
        before = self._catalog.copies_in([reading.file.path])
        if any(problem.left_out for problem in reading.problems):
            seen = {match_key(cable_id) for cable_id, _ in reading.copies}
            reading.copies.extend(each for each in self._catalog.sources_in(reading.file.path) if each[0] not in seen)
        self._catalog.record_file(reading.file, reading.copies, reading.problems)
        self._drop_orphans(before)

    def _drop_files(self, paths: list[str]) -> None:
        with self._catalog.transaction():
            for path in paths:
                before = self._catalog.copies_in([path])
                self._catalog.forget_file(path)
                self._drop_orphans(before)
            self._catalog.write_manifest(self._versions())

    def _drop_orphans(self, cable_ids: set[str]) -> None:
        """Remove those of the cables that no file holds any more."""
        orphans = cable_ids - self._catalog.copied(cable_ids)
        self._report.removed += len(self._catalog.present(orphans))
        self._catalog.remove(orphans)

    def _sweep(self) -> None:
        """Drop from the derived stores what is gone from the catalog."""
        gone = self._catalog.gone()
        if not gone:
            return
        self._stores.vectors.delete(gone)
        self._stores.terms.delete(gone)
        self._stores.terms.commit()
        with self._catalog.transaction():
            self._catalog.forget_gone(gone)
            self._catalog.raise_revision()

    def _get_encoder(self) -> Encoder:
        """The encoder, loaded when the first chunk needs it: a run with nothing to do loads none."""
        if self._encoder is None:
            self._encoder = open_encoder(self._settings.encoder, self._settings.dtype)
        manifest = self._catalog.manifest()
        if "encoder" not in manifest:
            self._catalog.write_manifest(
                {
                    "encoder": self._settings.encoder,
                    "dtype": self._encoder.dtype,
                    "dimension": str(self._encoder.dimension),
                    "generation": "1",
                    **self._versions(),
                }
            )
        return self._encoder


def cables_in(file: Path, *, max_file_mb: int, ignore_attributes: bool = False) -> Iterator[Cable | Problem]:
    """Read and parse one file: its cables, and what in it could not be read or parsed."""
    for message in read_file(file, max_file_mb=max_file_mb):
        if isinstance(message, Problem):
            yield message
            continue
        try:
            yield parse(message, ignore_attributes=ignore_attributes)
        except CableSyntaxError as error:
            yield Problem(message.source.path, str(error))


def _look_at(path: str, known: IndexedFile | None) -> IndexedFile:
    """The file as it is now; its content is hashed only where size or time differ from what is known."""
    stat = Path(path).stat()
    if known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
        return known
    with Path(path).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return IndexedFile(path, stat.st_size, stat.st_mtime_ns, sha256)


def _lies_under(path: str, roots: list[Path]) -> bool:
    return any(Path(path).is_relative_to(root) for root in roots)
