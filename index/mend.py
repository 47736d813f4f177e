"""Derived stores made good from the catalog: what they lack is cut as it was and added, what is beyond goes."""

import shutil
from collections.abc import Callable, Collection

from index.catalog import Catalog
from index.chunk import BATCH_CHUNKS, cut
from index.embed import Encoder
from index.errors import StoreDamaged
from index.home import Stores, open_derived, terms_folder
from index.place import place_of
from index.settings import Settings
from index.sweep import add_terms_again, sweep
from index.terms import TermStore
from index.vectors import VectorStore


def open_whole(settings: Settings, catalog: Catalog, encoder: Callable[[], Encoder]) -> Stores:
    """The stores, for writing; a derived one whose files are broken or gone is made anew.

    A full disk can leave them so, and so can a plug that is pulled while Chroma writes its files.
    """
    drop_damaged(settings, catalog)
    stores = open_derived(settings, catalog)
    if not catalog.is_empty() and not (stores.vectors.count() and stores.terms.count()):
        restore(stores, encoder)
    return stores


def drop_damaged(settings: Settings, catalog: Catalog) -> None:
    """Drop the derived stores whose files are broken."""
    generation = catalog.manifest().get("generation", "1")
    place, words = place_of(settings, catalog), terms_folder(settings.home, generation)
    if _is_damaged(lambda: VectorStore(place, generation)):
        place.drop(generation)
    if _is_damaged(lambda: TermStore(words)):
        shutil.rmtree(words)


def _is_damaged(open_store: Callable[[], VectorStore | TermStore]) -> bool:
    try:
        store = open_store()
        try:
            store.prove()
        finally:
            store.close()
    except StoreDamaged:
        return True
    return False


def restore(stores: Stores, encoder: Callable[[], Encoder]) -> None:
    """Make the derived stores hold exactly what the catalog has ready; what is withdrawn is not, and would be new."""
    catalog = stores.catalog
    by_cable = catalog.chunks_by_cable()
    known = {chunk for chunks in by_cable.values() for chunk in chunks}
    vectors, terms = stores.vectors.chunk_ids(), stores.terms.chunk_ids()
    with catalog.transaction():
        catalog.forget_withdrawn()
        catalog.add_gone((vectors | terms) - known)
    sweep(stores)
    if lacking := sorted(known - vectors):
        opened = encoder()
        for start in range(0, len(lacking), BATCH_CHUNKS):
            texts = texts_of(catalog, lacking[start : start + BATCH_CHUNKS])
            stores.vectors.add(list(texts), opened.encode_documents(list(texts.values())))
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
