"""Query -> Passages of an open index: searched, reranked, and read more closely where an answer is wanted."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from index.embed import Encoder, open_encoder
from index.errors import StoreError
from index.home import Stores, encoder_of
from index.settings import Settings
from qa.closeness import open_closeness
from qa.meant import REACH, speaks_of_one
from qa.records import Passages, Query
from qa.rerank import BY_LATE_INTERACTION, READ, READ_CLOSELY, LateInteraction, Reranker
from qa.retrieve import retrieve

Step = Callable[[str, Callable[[Any], Any], Any], Any]
"""Runs one stage, named, on its value."""


class Searcher:
    """The open stores and what searches them. Safe to share between threads."""

    def __init__(self, stores: Stores, encoder: Encoder, settings: Settings, reranker: Reranker | None) -> None:
        self._stores = stores
        self._settings = settings
        self._reranker = reranker
        self._built_by = encoder_of(stores.catalog, settings.encoder)
        self.encoder = encoder

    def search(self, query: Query, top_k: int | None) -> Passages:
        """The passages for a question, best first."""
        wanted = top_k or self._settings.top_k
        found = self._retrieve_from_one(query, max(wanted, READ) if self._reranker else wanted)
        return found if self._reranker is None else self._rerank(self._reranker, wanted, found)

    def search_to_answer(self, query: Query, top_k: int | None, run: Step) -> Passages:
        """The passages for a question that is to be answered: more are found, and read more closely.

        Not where a cross-encoder reads them in every search, nor where the catalog answers.
        """
        wanted = top_k or self._settings.top_k
        if self._settings.reranker != BY_LATE_INTERACTION or query.asks or query.collection:
            most = max(wanted, REACH) if speaks_of_one(query) else wanted
            plain: Passages = run("retrieve", partial(self.search, top_k=most), query)
            return plain
        found = run("retrieve", partial(self.search, top_k=max(wanted, READ_CLOSELY)), query)
        closely: Passages = run("rerank", partial(self._rerank, LateInteraction(open_closeness()), wanted), found)
        return closely

    def _rerank(self, reranker: Reranker, wanted: int, found: Passages) -> Passages:
        started = time.perf_counter()
        best = reranker.rerank(found.query.text, found.passages, wanted)
        return replace(found, passages=best, seconds={**found.seconds, "rerank": time.perf_counter() - started})

    def _retrieve_from_one(self, query: Query, wanted: int) -> Passages:
        """Search one generation of the index: where a new one came to serve meanwhile, that one."""
        while True:
            generation = self._stores.catalog.manifest().get("generation")
            try:
                self._stores.follow()
                self._follow_encoder()
                found = retrieve(query, self._stores, self.encoder, wanted)
            except StoreError:  # what a Chroma server held of the old generation may go while it is read
                if self._stores.catalog.manifest().get("generation") == generation:
                    raise
                continue
            if self._stores.catalog.manifest().get("generation") == generation:
                return found

    def _follow_encoder(self) -> None:
        """Embed questions as the cables of the serving generation were embedded."""
        built_by = encoder_of(self._stores.catalog, self._built_by)
        if built_by != self._built_by:
            its = self._settings
            self.encoder = open_encoder(built_by, its.dtype, its.encoder_url, its.encoder_key)
            self._built_by = built_by
