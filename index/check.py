"""Do the three stores agree? Chunk by chunk, and how to make them agree again from the catalog."""

from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.chunk import chunk_cables
from index.embed import open_encoder
from index.errors import StoreBusy
from index.home import Stores, encoder_of, open_stores
from index.settings import Settings


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many chunks each derived store lacks, or holds beyond the catalog."""

    chunks: int
    missing_vectors: int
    missing_terms: int
    extra_vectors: int
    extra_terms: int

    def __bool__(self) -> bool:
        """Whether every answer is right: what is beyond the catalog is never believed, what is missing is not found."""
        return not (self.missing_vectors or self.missing_terms)


def check(stores: Stores) -> Agreement:
    """Compare the derived stores with the catalog."""
    known = {chunk for chunks in stores.catalog.chunks_by_cable().values() for chunk in chunks}
    vectors, terms = stores.vectors.chunk_ids(), stores.terms.chunk_ids()
    return Agreement(len(known), len(known - vectors), len(known - terms), len(vectors - known), len(terms - known))


def repair(settings: Settings) -> Agreement:
    """Make the derived stores agree with the catalog, and say how they then stand.

    Raises:
        StoreBusy: another run is writing.
    """
    try:
        with FileLock(Path(settings.home) / "write.lock").acquire(timeout=0):
            stores = open_stores(settings, writable=True)
            try:
                _restore(stores, settings)
                return check(stores)
            finally:
                stores.close()
    except Timeout:
        raise StoreBusy(f"another run is writing to {settings.home}; wait for it, then run this again.") from None


def _restore(stores: Stores, settings: Settings) -> None:
    by_cable = stores.catalog.chunks_by_cable()
    known = {chunk for chunks in by_cable.values() for chunk in chunks}
    vectors, terms = stores.vectors.chunk_ids(), stores.terms.chunk_ids()
    stores.vectors.delete(vectors - known)
    stores.terms.delete(terms - known)
    damaged = {
        cable: chunks
        for cable, chunks in by_cable.items()
        if not vectors.issuperset(chunks) or not terms.issuperset(chunks)
    }
    if damaged:
        encoder = open_encoder(encoder_of(stores.catalog, settings.encoder), settings.dtype)
        for cable_id, chunk_ids in damaged.items():
            cable = stores.catalog.get(cable_id)
            if cable is None:
                continue
            chunks = next(iter(chunk_cables([cable], encoder, settings.chunk_tokens)))
            stores.vectors.delete(chunk_ids)
            stores.vectors.add(chunk_ids, encoder.encode_documents([chunk.embedded_text for chunk in chunks]))
            stores.terms.delete(chunk_ids)
            stores.terms.add(chunk_ids, chunks, cable.header)
    stores.terms.commit()
    gone = stores.catalog.gone()
    with stores.catalog.transaction():
        stores.catalog.forget_gone(gone)
        stores.catalog.raise_revision()
