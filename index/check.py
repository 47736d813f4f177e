"""Do the three stores agree? Chunk by chunk, and how to make them agree again from the catalog."""

from collections.abc import Collection
from dataclasses import dataclass

from index.catalog import Catalog
from index.chunk import cut
from index.embed import open_encoder
from index.home import Stores, encoder_of, open_stores, writing
from index.settings import Settings
from index.sweep import add_terms_again, sweep
from index.sync import BATCH_CHUNKS


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
    with writing(settings):
        stores = open_stores(settings, writable=True)
        try:
            _restore(stores, settings)
            return check(stores)
        finally:
            stores.close()


def _restore(stores: Stores, settings: Settings) -> None:
    """What the derived stores hold beyond the catalog goes; what they lack is cut as it was, and embedded again."""
    catalog = stores.catalog
    by_cable = catalog.chunks_by_cable()
    known = {chunk for chunks in by_cable.values() for chunk in chunks}
    vectors, terms = stores.vectors.chunk_ids(), stores.terms.chunk_ids()
    with catalog.transaction():
        catalog.add_gone((vectors | terms) - known)
    sweep(stores)
    if lacking := sorted(known - vectors):
        encoder = open_encoder(
            encoder_of(catalog, settings.encoder), settings.dtype, settings.encoder_url, settings.encoder_key
        )
        for start in range(0, len(lacking), BATCH_CHUNKS):
            batch = lacking[start : start + BATCH_CHUNKS]
            texts = texts_of(catalog, batch)
            stores.vectors.add(list(texts), encoder.encode_documents(list(texts.values())))
    if lacking := sorted(known - terms):
        firsts = {chunks[0] for chunks in by_cable.values()}
        add_terms_again(stores, (lacking, firsts.intersection(lacking)))
        stores.terms.commit()
    with catalog.transaction():
        catalog.raise_revision()


def texts_of(catalog: Catalog, chunk_ids: Collection[int]) -> dict[int, str]:
    """What the encoder sees of each of these chunks."""
    wanted, texts = set(chunk_ids), dict[int, str]()
    for cable_id, numbers in catalog.chunks_among(wanted).items():
        if cable := catalog.get(cable_id):
            for number, chunk in zip(numbers, cut(cable, catalog.spans_of(numbers)), strict=True):
                if number in wanted:
                    texts[number] = chunk.embedded_text
    return texts
