"""Dropping from the derived stores what is gone from the catalog, so that no word of it is left in any file."""

from collections.abc import Collection

from index.catalog import Catalog
from index.chunk import cut
from index.home import Stores


def sweep(stores: Stores) -> None:
    """Drop what is gone, with the bytes it took; a crash on the way is made good by the next sweep."""
    gone = stores.catalog.gone()
    if gone:
        stores.vectors.erase(gone, int(stores.catalog.manifest()["dimension"]))
        _erase_from_next(stores, gone)
        drop_terms(stores, gone)
        with stores.catalog.transaction():
            stores.catalog.forget_gone(gone)
            stores.catalog.raise_revision()
    stores.catalog.leave_no_trace()


def _erase_from_next(stores: Stores, gone: Collection[int]) -> None:
    """The generation that is being built beside holds vectors, and no words yet."""
    if made := stores.catalog.next_manifest():
        vectors = stores.vectors.beside(made["generation"])
        vectors.erase(gone, int(made["dimension"]))
        vectors.close()


def drop_terms(stores: Stores, chunk_ids: Collection[int]) -> None:
    """Drop chunks from the words, and write what shared a segment with them anew, in one commit."""
    wanted = stores.terms.delete(chunk_ids)
    add_terms_again(stores, wanted)
    stores.terms.commit()


def add_terms_again(stores: Stores, wanted: tuple[Collection[int], Collection[int]]) -> None:
    """Add these chunks, and the cables that begin with these, as the catalog has them."""
    catalog: Catalog = stores.catalog
    for cable_id, chunk_ids in catalog.chunks_among({*wanted[0], *wanted[1]}).items():
        if cable := catalog.get(cable_id):
            stores.terms.add_again(chunk_ids, cut(cable, catalog.spans_of(chunk_ids)), cable.header, wanted)
