"""One run of the sync: a plan -> all three stores.

Cables are parsed and chunked, embedded, and written, each while the others go on: one batch is embedded in a thread
of its own while the next one is read and the one before it is written. What a file alone held stops answering before
anything is read, and is dropped when all is read, so that a cable that only moved is not embedded again.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog import Catalog, IndexedFile, Versions
from index.chunk import BATCH_CHUNKS, chunk_cables
from index.disk import need_room
from index.embed import Encoder, Vectors, open_encoder
from index.errors import CableSyntaxError
from index.gazetteer import match_key
from index.home import Stores, drop_dead_generations, encoder_of
from index.memory import give_back
from index.mend import open_whole
from index.parse import parse
from index.plan import Plan
from index.read import read_file
from index.records import Cable, Chunk, Problem, Source
from index.settings import Settings
from index.sweep import sweep
from index.versions import is_better

BATCH_FILES = 500
"""Files whose reading is recorded together, where they hold little that is new."""

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and the file at hand."""


class _Stopped(Exception):
    """The run was asked to end."""


@dataclass(slots=True)
class _Reading:
    """One file being read: what it was found to hold so far."""

    file: IndexedFile
    copies: list[tuple[str, Source]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """Cables with their chunks and files, by match key; the files that end in it; and its vectors to come."""

    cables: dict[str, tuple[Cable, list[Chunk], str]] = field(default_factory=dict)
    finished: list[_Reading] = field(default_factory=list)
    vectors: Future[Vectors] | None = None

    def chunks(self) -> list[Chunk]:
        """All chunks, in the order of the cables."""
        return [chunk for _, chunks, _ in self.cables.values() for chunk in chunks]


class Sync:
    """State: what this run has written, the batch being gathered, and the one being embedded."""

    def __init__(
        self, settings: Settings, catalog: Catalog, encoder: Encoder | None, versions: Versions, stop: threading.Event
    ) -> None:
        self.added = self.updated = self.removed = self.read_files = self.chunks = 0
        self.stopped = False
        self.problems: list[Problem] = []
        self._settings = settings
        self._catalog = catalog
        self._versions = versions
        self._stop = stop
        self._encoder = encoder
        self._stores: Stores | None = None
        self._written: set[str] = set()
        self._stale: set[str] = set()
        self._reading: _Reading | None = None
        self._batch = _Batch()
        self._gathered = 0
        self._embedded: _Batch | None = None
        self._embedder = ThreadPoolExecutor(1, "embedder")

    def run(self, plan: Plan, progress: Progress) -> None:
        """Do what the plan says."""
        self._begin(plan)
        wanted = plan.to_read()
        try:
            for done, file in enumerate(wanted):
                progress(done, len(wanted), file.path)
                self._read(file)
            self._flush()
            self._flush()
            self._drop_files(plan.removed)
            self._catalog.write_manifest({"chunked": self._versions.chunked})
        except _Stopped:
            self.stopped = True
            self._batch = _Batch()
            self._flush()
        if self._catalog.gone():
            sweep(self._get_stores())
        progress(len(wanted), len(wanted), "")

    def close(self) -> None:
        """Let go of the stores; what is being embedded is dropped."""
        self._embedder.shutdown(wait=False, cancel_futures=True)
        if self._stores:
            self._stores.vectors.close()
            self._stores.terms.close()

    def _begin(self, plan: Plan) -> None:
        """Clear what an interrupted run left, and do what needs no reading."""
        self._stale = plan.stale()
        drop_dead_generations(self._settings, self._catalog)
        with self._catalog.transaction():
            self._catalog.clear_unready()
            self._catalog.remove(_left_behind(self._catalog))
            for path, problem in plan.paths.items():
                self._catalog.record_path(path, problem)
            for file in plan.touched:
                self._catalog.touch_file(file)
            for old, file in plan.moved:
                self._catalog.move_file(old, file)
            self._catalog.withdraw(plan.removed)

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def _read(self, file: IndexedFile) -> None:
        """Read one file, and put its cables into the batch."""
        reading = self._reading = _Reading(replace(file, built=self._versions.built))
        for item in cables_in(Path(file.path), max_file_mb=self._settings.max_file_mb):
            if self._stop.is_set():
                raise _Stopped
            if isinstance(item, Problem):
                reading.problems.append(item)
                continue
            reading.copies.append((item.cable_id, item.source))
            self._offer(item, file.path)
        self.read_files += 1
        self.problems.extend(reading.problems)
        self._batch.finished.append(reading)
        self._reading = None
        if len(self._batch.finished) >= BATCH_FILES:
            self._flush()

    def _offer(self, cable: Cable, file: str) -> None:
        """Put a cable into the batch, unless the archive has it already, as good or better."""
        key = match_key(cable.cable_id)
        rival = self._rival(key)
        if rival is not None and not is_better(cable, rival):
            return
        if not self._is_pending(key) and self._catalog.keep(cable, file, self._versions):
            self._written.add(key)
            return
        chunks = next(iter(chunk_cables([cable], self._get_encoder(), self._settings.chunk_tokens)))
        self._batch.cables[key] = (cable, chunks, file)
        self._gathered += len(chunks)
        if self._gathered >= BATCH_CHUNKS:
            self._flush()

    def _is_pending(self, key: str) -> bool:
        return key in self._batch.cables or bool(self._embedded and key in self._embedded.cables)

    def _rival(self, key: str) -> Cable | None:
        """The cable of this key that is in the archive or on its way, and is not about to be replaced."""
        for batch in (self._batch, self._embedded):
            if batch and key in batch.cables:
                return batch.cables[key][0]
        owner = self._catalog.file_of(key)
        if owner is None or (owner in self._stale and key not in self._written):
            return None
        return self._catalog.get(key)

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def _flush(self) -> None:
        """Begin to embed the batch, and meanwhile write the one before it."""
        before, batch = self._embedded, self._batch
        if before and before.vectors:
            before.vectors.result()
        if texts := [chunk.embedded_text for chunk in batch.chunks()]:
            batch.vectors = self._embedder.submit(self._get_encoder().encode_documents, texts)
        self._embedded, self._batch, self._gathered = batch, _Batch(), 0
        if before:
            self._write(before)

    def _write(self, batch: _Batch) -> None:
        """Write a batch to all three stores, then make it the truth."""
        need_room(self._settings.home)
        cables, chunks = list(batch.cables.values()), batch.chunks()
        held = self._catalog.held(batch.cables)
        if batch.vectors:
            with self._catalog.transaction():
                numbered = [self._catalog.add(*each, self._versions) for each in cables]
            stores = self._get_stores()
            stores.vectors.add([chunk_id for chunk_ids in numbered for chunk_id in chunk_ids], batch.vectors.result())
            for chunk_ids, (cable, cable_chunks, _) in zip(numbered, cables, strict=True):
                stores.terms.add(chunk_ids, cable_chunks, cable.header)
            stores.terms.commit()
        with self._catalog.transaction():
            self._catalog.make_ready(list(batch.cables))
            if chunks:
                self._catalog.raise_revision()
            before = {cable_id for reading in batch.finished for cable_id in self._record(reading)}
            self._drop_orphans(before - self._on_their_way())
        self.added += len(cables) - len(held)
        self.updated += len(held)
        self.chunks += len(chunks)
        self._written.update(batch.cables)
        if chunks:
            give_back()

    def _record(self, reading: _Reading) -> set[str]:
        """Record a file as read; gives the cables that it held before.

        Where a part of the file could not be read it holds them still: they may be in that part.
        """
        before = self._catalog.copies_in([reading.file.path])
        if any(problem.left_out for problem in reading.problems):
            seen = {match_key(cable_id) for cable_id, _ in reading.copies}
            reading.copies.extend(each for each in self._catalog.sources_in(reading.file.path) if each[0] not in seen)
        self._catalog.record_file(reading.file, reading.copies, reading.problems)
        return before

    def _on_their_way(self) -> set[str]:
        """The cables of files that were read, and are recorded later than the batch at hand."""
        readings = [*(self._embedded.finished if self._embedded else ()), *self._batch.finished]
        if self._reading:
            readings.append(self._reading)
        return {match_key(cable_id) for reading in readings for cable_id, _ in reading.copies}

    def _drop_files(self, paths: list[str]) -> None:
        with self._catalog.transaction():
            for path in paths:
                before = self._catalog.copies_in([path])
                self._catalog.forget_file(path)
                self._drop_orphans(before)

    def _drop_orphans(self, cable_ids: set[str]) -> None:
        """Remove those of the cables that no file holds any more."""
        orphans = cable_ids - self._catalog.copied(cable_ids)
        self.removed += len(self._catalog.held(orphans))
        self._catalog.remove(orphans)

    # ── what is opened when it is needed ─────────────────────────────────────────────────────

    def _get_stores(self) -> Stores:
        """The stores: a run with nothing to do opens none but the catalog."""
        if self._stores is None:
            self._stores = open_whole(self._settings, self._catalog, self._get_encoder)
        return self._stores

    def _get_encoder(self) -> Encoder:
        """The encoder: a run with nothing to embed loads none."""
        if self._encoder is None:
            settings = self._settings
            self._encoder = open_encoder(
                encoder_of(self._catalog, settings.encoder), settings.dtype, settings.encoder_url, settings.encoder_key
            )
        if "encoder" not in self._catalog.manifest():
            self._catalog.write_manifest(
                {
                    "encoder": self._settings.encoder,
                    "chunked": self._versions.chunked,
                    "dtype": self._encoder.dtype,
                    "dimension": str(self._encoder.dimension),
                    "generation": "1",
                }
            )
        return self._encoder


def _left_behind(catalog: Catalog) -> set[str]:
    """Cables of files that an interrupted run never came to the end of, and that have gone since."""
    return {
        cable_id
        for cable_id, file in catalog.unrecorded().items()
        if Path(file).parent.is_dir() and not Path(file).exists()
    }


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
