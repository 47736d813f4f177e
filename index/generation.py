"""The next generation: all cables embedded anew, beside the generation that goes on answering, then swapped in.

Its vectors are written batch by batch, and an interrupted build goes on where it was; its words, which take seconds,
are written last. Then one transaction of the catalog makes it the serving one, and the old folder is deleted.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from index.build import versions_of
from index.catalog import Catalog, Versions
from index.chunk import BATCH_CHUNKS, chunk_cables, cut
from index.disk import need_room
from index.embed import Encoder, Vectors, open_encoder
from index.errors import StoreMissing
from index.home import (
    catalog_path,
    drop_dead_generations,
    drop_generation,
    open_derived,
    terms_folder,
    writing,
)
from index.memory import give_back
from index.place import place_of
from index.records import Chunk
from index.settings import Settings
from index.sweep import sweep
from index.sync import Progress
from index.terms import TermStore
from index.vectors import VectorStore

_PAGE = 200


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild did: cables and chunks embedded in this run, and which generation now serves."""

    encoder: str
    cables: int = 0
    chunks: int = 0
    generation: int = 1
    stopped: bool = False
    seconds: float = 0.0


Cables = list[tuple[int, list[Chunk]]]


def rebuild(
    settings: Settings,
    name: str,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Rebuilt:
    """Embed all cables with the encoder of this name into a new generation, and let it serve.

    Raises:
        StoreMissing: nothing is indexed.
        StoreBusy: another run is writing.
        EncoderError: the encoder cannot be loaded; the old generation goes on serving.
    """
    started = time.perf_counter()
    place = catalog_path(settings.home)
    if not place.exists():
        raise StoreMissing(f"nothing is indexed in {settings.home}; run: reftel index PATH…")
    with writing(settings):
        catalog = Catalog(place, writable=True)
        try:
            encoder = encoder or open_encoder(name, settings.dtype, settings.encoder_url, settings.encoder_key)
            told = progress or (lambda done, total, at: None)
            report = _Rebuild(settings, catalog, name, encoder, stop or threading.Event()).run(told)
        finally:
            catalog.close()
    report.seconds = time.perf_counter() - started
    return report


class _Rebuild:
    """One run: begins or goes on with the next generation."""

    def __init__(
        self, settings: Settings, catalog: Catalog, name: str, encoder: Encoder, stop: threading.Event
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._encoder = encoder
        self._stop = stop
        self._old = int(catalog.manifest().get("generation", "1"))
        self._made = {
            "encoder": name,
            "dtype": encoder.dtype,
            "dimension": str(encoder.dimension),
            "chunked": versions_of(settings).chunked,
            "generation": str(self._old + 1),
        }
        self._place = place_of(settings, catalog)
        self._words = terms_folder(settings.home, str(self._old + 1))
        self._report = Rebuilt(name, generation=self._old)

    def run(self, progress: Progress) -> Rebuilt:
        """Embed what is lacking; if all is there, swap."""
        self._clear()
        if self._catalog.next_manifest() != self._made:
            # In this order: whatever a crash leaves, no chunk is believed to have a vector that was dropped.
            with self._catalog.transaction():
                self._catalog.drop_next()
            drop_generation(self._settings.home, self._place, self._made["generation"])
            self._catalog.begin_next(self._made)
        self._words.parent.mkdir(parents=True, exist_ok=True)
        vectors = VectorStore(self._place, self._made["generation"])
        try:
            vectors.erase(vectors.chunk_ids() - self._catalog.next_chunk_ids(), self._encoder.dimension)
            self._embed(vectors, progress)
        finally:
            vectors.close()
        if not self._stop.is_set():
            self._write_terms()
            self._swap()
        self._report.stopped = self._stop.is_set()
        return self._report

    def _clear(self) -> None:
        """What interrupted runs left is dropped first, so that it is not in the next generation either."""
        with self._catalog.transaction():
            self._catalog.clear_unready()
        if self._catalog.gone():
            stores = open_derived(self._settings, self._catalog)
            sweep(stores)
            stores.vectors.close()
            stores.terms.close()
        drop_dead_generations(self._settings, self._catalog)

    def _embed(self, vectors: VectorStore, progress: Progress) -> None:
        """One batch is embedded while the next one is cut and the one before it is written."""
        total = len(self._catalog.ready_cables())
        waiting: tuple[Cables, Future[Vectors]] | None = None
        with ThreadPoolExecutor(1, "embedder") as embedder:
            for batch in self._batches():
                texts = [chunk.embedded_text for _, chunks in batch for chunk in chunks]
                coming = embedder.submit(self._encoder.encode_documents, texts)
                if waiting:
                    self._write(vectors, *waiting)
                waiting = batch, coming
                progress(self._report.cables, total, batch[-1][1][0].cable_id)
            if waiting:
                self._write(vectors, *waiting)
        progress(total, total, "")

    def _batches(self) -> Iterator[Cables]:
        batch: Cables = []
        gathered = last = 0
        while page := self._catalog.lacking_next(last, _PAGE):
            for key, cable_id in page:
                last = key
                cable = self._catalog.get(cable_id)
                if self._stop.is_set():
                    return
                if cable is None:
                    continue
                chunks = next(iter(chunk_cables([cable], self._encoder, self._settings.chunk_tokens)))
                if chunks:
                    batch.append((key, chunks))
                    gathered += len(chunks)
                if gathered >= BATCH_CHUNKS:
                    yield batch
                    batch, gathered = [], 0
        if batch:
            yield batch

    def _write(self, vectors: VectorStore, batch: Cables, coming: Future[Vectors]) -> None:
        need_room(self._settings.home)
        numbers = self._catalog.reserve(sum(len(chunks) for _, chunks in batch))
        vectors.add(list(numbers), coming.result())
        free = numbers.start
        with self._catalog.transaction():
            for key, chunks in batch:
                self._catalog.add_next(key, range(free, free + len(chunks)), chunks)
                free += len(chunks)
        give_back()
        self._report.cables += len(batch)
        self._report.chunks += len(numbers)

    def _write_terms(self) -> None:
        shutil.rmtree(self._words, ignore_errors=True)
        terms = TermStore(self._words)
        try:
            for key, cable_id in self._catalog.ready_cables():
                cable, spans = self._catalog.get(cable_id), self._catalog.next_spans(key)
                if cable and spans:
                    terms.add([span[0] for span in spans], cut(cable, [span[1:] for span in spans]), cable.header)
            terms.commit()
        finally:
            terms.close()

    def _swap(self) -> None:
        new = versions_of(self._settings)
        old = replace(new, chunked=self._catalog.manifest().get("chunked", new.chunked))
        self._catalog.serve_next(Versions(old.parsed, old.chunked), new)
        self._report.generation = self._old + 1
        drop_generation(self._settings.home, self._place, str(self._old))
