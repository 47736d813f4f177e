"""Chunks <-> Tantivy: the chunks, and the cables as wholes, that share the question's words, ranked by BM25.

Tantivy knows a chunk by its number in the catalog, as Chroma does. Two indexes lie side by
side: one of chunks, with the paragraph's words (`body`) and its header's (`head`), and one of
cables, each under the number of its first chunk. They are two because BM25 weighs a text by
the average length in its index: whole cables among chunks would all count as far too long.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import StoreError
from index.records import Chunk

HEAD_WEIGHT = 0.25
"""What a word in the header counts beside one in the paragraph; see tests/benchmarks."""

_ANALYZER = "cable_english"
_WRITER_BYTES = 64_000_000
_ALL = 1_000_000


class TermStore:
    """The two Tantivy indexes, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._chunks = _Index(folder / "chunks", ("body", "head"))
        self._cables = _Index(folder / "cables", ("body",))

    def add(self, chunk_ids: Sequence[int], chunks: Sequence[Chunk]) -> None:
        """Add the chunks of one cable, all of them; readers see them after `commit`."""
        for chunk_id, chunk in zip(chunk_ids, chunks, strict=True):
            self._chunks.add(chunk_id, {"body": chunk.text, "head": chunk.context})
        if chunk_ids:
            self._cables.add(chunk_ids[0], {"body": "\n".join(chunk.text for chunk in chunks)})

    def delete(self, chunk_ids: Collection[int]) -> None:
        """Drop chunks, and the cables whose first chunk is among them; readers miss them after `commit`."""
        self._chunks.delete(chunk_ids)
        self._cables.delete(chunk_ids)

    def commit(self) -> None:
        """Make what was added and dropped last, and visible."""
        self._chunks.commit()
        self._cables.commit()

    def search(self, text: str, limit: int, within: Collection[int] | None = None) -> dict[int, float]:
        """The best chunks and their BM25 scores, best first.

        Args:
            within: the only chunks that count; None for all.
        """
        return self._chunks.search(text, {"body": 1.0, "head": HEAD_WEIGHT}, limit, within)

    def search_cables(self, text: str, limit: int, within: Collection[int] | None = None) -> dict[int, float]:
        """The best cables as wholes and their BM25 scores, best first; each cable by the number of its first chunk."""
        return self._cables.search(text, {"body": 1.0}, limit, within)

    def cables_with(self, text: str) -> list[int]:
        """The cables that have every word of the text, best first; each by the number of its first chunk."""
        return list(self._cables.search(text, {"body": 1.0}, _ALL, None, every=True))

    def chunk_ids(self) -> set[int]:
        """The numbers of all chunks held."""
        return self._chunks.numbers()

    def close(self) -> None:
        """Let go of the files; what was not committed is dropped."""
        self._chunks.close()
        self._cables.close()


class _Index:
    """One Tantivy index: numbers, and fields of English words."""

    def __init__(self, folder: Path, fields: Iterable[str]) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        self._analyzer: Any = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(40))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stopword("english"))
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        schema = tantivy.SchemaBuilder().add_unsigned_field("chunk", indexed=True, fast=True)
        for field in fields:
            schema.add_text_field(field, tokenizer_name=_ANALYZER, index_option="freq")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._store: Any = tantivy.Index(schema.build(), path=str(folder))
        except ValueError as error:
            raise StoreError(f"{folder} cannot be opened by Tantivy ({error}); run: reftel index PATH…") from error
        self._store.register_tokenizer(_ANALYZER, self._analyzer)
        self._writer: Any = None

    def add(self, number: int, texts: Mapping[str, str]) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("chunk", number)
        for field, text in texts.items():
            document.add_text(field, text)
        self._open_writer().add_document(document)

    def delete(self, numbers: Collection[int]) -> None:
        if numbers:
            query = self._tantivy.Query.term_set_query(self._store.schema, "chunk", list(numbers))
            self._open_writer().delete_documents_by_query(query)

    def commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self._store.reload()

    def search(
        self,
        text: str,
        weights: Mapping[str, float],
        limit: int,
        within: Collection[int] | None,
        *,
        every: bool = False,
    ) -> dict[int, float]:
        words = list(dict.fromkeys(self._analyzer.analyze(text)))
        searcher = self._store.searcher()
        if not words or not searcher.num_docs or (within is not None and not within):
            return {}
        hits = searcher.search(self._query(words, weights, within, every), limit=limit, count=False).hits
        numbers = searcher.fast_field_values("chunk", [address for _, address in hits])
        return {int(number): score for (score, _), number in zip(hits, numbers, strict=True)}

    def _query(
        self, words: list[str], weights: Mapping[str, float], within: Collection[int] | None, every: bool
    ) -> Any:
        query, occur, schema = self._tantivy.Query, self._tantivy.Occur, self._store.schema
        kind = occur.Must if every else occur.Should
        scored = query.boolean_query(
            [
                (kind, query.boost_query(query.term_query(schema, field, word, "freq"), weight))
                for field, weight in weights.items()
                for word in words
            ]
        )
        if within is None:
            return scored
        allowed = query.const_score_query(query.term_set_query(schema, "chunk", list(within)), 0.0)
        return query.boolean_query([(occur.Must, scored), (occur.Must, allowed)])

    def numbers(self) -> set[int]:
        searcher = self._store.searcher()
        if not searcher.num_docs:
            return set()
        hits = searcher.search(self._tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
        return {int(number) for number in searcher.fast_field_values("chunk", [address for _, address in hits])}

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._store.writer(heap_size=_WRITER_BYTES, num_threads=1)
        return self._writer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None
