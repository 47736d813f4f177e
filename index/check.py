"""Do the three stores agree? Chunk by chunk, and how to make them agree again from the catalog."""

from dataclasses import dataclass

from index.catalog import Catalog
from index.embed import open_encoder
from index.home import Stores, catalog_path, encoder_of, open_derived, writing
from index.mend import drop_damaged, restore
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
    """Compare the derived stores with the catalog.

    Raises:
        StoreDamaged: one cannot be read.
    """
    known = {chunk for chunks in stores.catalog.chunks_by_cable().values() for chunk in chunks}
    stores.vectors.prove()
    stores.terms.prove()
    vectors, terms = stores.vectors.chunk_ids(), stores.terms.chunk_ids()
    return Agreement(len(known), len(known - vectors), len(known - terms), len(vectors - known), len(terms - known))


def repair(settings: Settings) -> Agreement:
    """Make the derived stores agree with the catalog, and say how they then stand.

    Raises:
        StoreBusy: another run is writing.
    """
    with writing(settings):
        catalog = Catalog(catalog_path(settings.home), writable=True)
        with catalog.transaction():
            catalog.withdraw(())
            catalog.clear_unready()
        drop_damaged(settings, catalog)
        stores = open_derived(settings, catalog)
        try:
            restore(
                stores,
                lambda: open_encoder(
                    encoder_of(catalog, settings.encoder), settings.dtype, settings.encoder_url, settings.encoder_key
                ),
            )
            return check(stores)
        finally:
            stores.close()
