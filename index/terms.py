"""Chunks <-> Tantivy: the chunks, and the cables as wholes, that share the question's words, ranked by BM25.

Tantivy knows a chunk by its number in the catalog, as Chroma does. Two indexes lie side by
side: one of chunks, with the paragraph's words (`body`) and its header's (`head`), and one of
cables, each under the number of its first chunk. They are two because BM25 weighs a text by
the average length in its index: whole cables among chunks would all count as far too long.

Both know what a cable can be filtered by, so that a filter costs next to nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from index.conditions import Conditions, marks_of
from index.disk import trouble
from index.errors import StoreDamaged, StoreError
from index.records import Chunk, Header

OTHER_WEIGHT = 0.3
"""What another word for one of the question's counts beside it."""

HEAD_WEIGHT = 0.25
"""What a word in the header counts beside one in the paragraph; see tests/benchmarks."""

_ANALYZER = "cable_english"
_WRITER_BYTES = 64_000_000
_ALL = 1_000_000
_NO_DAY, _LAST_DAY = 0, 10_000 * 10_000

Within = Conditions | Collection[int]


class TermStore:
    """The two Tantivy indexes, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._open(folder)

    def _open(self, folder: Path) -> None:
        self._folder = folder
        self._chunks = _Index(folder / "chunks", ("body", "head"))
        self._cables = _Index(folder / "cables", ("body",))

    def follow(self, folder: Path) -> None:
        """Be the store of another folder, if it is another: that of a new generation."""
        if folder != self._folder:
            self._open(folder)

    def add(self, chunk_ids: Sequence[int], chunks: Sequence[Chunk], header: Header) -> None:
        """Add the chunks of one cable, all of them; readers see them after `commit`."""
        for chunk_id, chunk in zip(chunk_ids, chunks, strict=True):
            self._add_chunk(chunk_id, chunk, header)
        if chunk_ids:
            self._add_cable(chunk_ids[0], chunks, header)

    def _add_chunk(self, chunk_id: int, chunk: Chunk, header: Header) -> None:
        self._chunks.add(chunk_id, {"body": chunk.text, "head": chunk.context}, header)

    def _add_cable(self, chunk_id: int, chunks: Sequence[Chunk], header: Header) -> None:
        self._cables.add(chunk_id, {"body": "\n".join(chunk.text for chunk in chunks)}, header)

    def delete(self, chunk_ids: Collection[int]) -> tuple[set[int], set[int]]:
        """Drop chunks, and the cables whose first chunk is among them; readers miss them after `commit`.

        Tantivy only marks what it drops, and keeps the words as long as the segment that they are in: so all that
        shares a segment with them is dropped as well, and is to be added anew (`add_again`) before the commit.

        Returns:
            The numbers of the chunks, and of the first chunks of the cables, that are to be added again.
        """
        return self._chunks.delete(chunk_ids), self._cables.delete(chunk_ids)

    def add_again(
        self,
        chunk_ids: Sequence[int],
        chunks: Sequence[Chunk],
        header: Header,
        wanted: tuple[Collection[int], Collection[int]],
    ) -> None:
        """Add what `delete` asked for of one cable, whose chunks are given whole."""
        for chunk_id, chunk in zip(chunk_ids, chunks, strict=True):
            if chunk_id in wanted[0]:
                self._add_chunk(chunk_id, chunk, header)
        if chunk_ids and chunk_ids[0] in wanted[1]:
            self._add_cable(chunk_ids[0], chunks, header)

    def commit(self) -> None:
        """Make what was added and dropped last, and visible."""
        self._chunks.commit()
        self._cables.commit()

    def search(self, text: str, limit: int, within: Within | None = None, *, other_words: str = "") -> dict[int, float]:
        """The best chunks and their BM25 scores, best first.

        Args:
            within: what their cables must meet, or the only chunks that count; None for all.
            other_words: what may stand for words of the text; each counts a part of one of them.
        """
        return self._chunks.search(text, {"body": 1.0, "head": HEAD_WEIGHT}, limit, within, other_words=other_words)

    def search_cables(self, text: str, limit: int, within: Within | None = None) -> dict[int, float]:
        """The best cables as wholes and their BM25 scores, best first; each cable by the number of its first chunk."""
        return self._cables.search(text, {"body": 1.0}, limit, within)

    def cables_with(self, text: str) -> list[int]:
        """The cables that have every word of the text, best first; each by the number of its first chunk."""
        return list(self._cables.search(text, {"body": 1.0}, _ALL, None, every=True))

    def chunks_with(self, text: str, within: Within | None = None) -> list[int]:
        """The chunks that have every word of the text, best first."""
        return list(self._chunks.search(text, {"body": 1.0}, _ALL, within, every=True))

    def chunk_ids(self) -> set[int]:
        """The numbers of all chunks held."""
        return self._chunks.numbers()

    def count(self) -> int:
        """How many chunks are held."""
        return self._chunks.count()

    def prove(self) -> None:
        """See that what is held can be read.

        Raises:
            StoreError: it cannot.
        """
        self.chunk_ids()
        self.search_cables("cable", 1)

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
        schema.add_unsigned_field("day", indexed=True, fast=True)
        schema.add_text_field("mark", tokenizer_name="raw", index_option="basic")
        for field in fields:
            schema.add_text_field(field, tokenizer_name=_ANALYZER, index_option="freq")
        self._folder = folder
        with self._worded():
            folder.mkdir(parents=True, exist_ok=True)
            self._store: Any = tantivy.Index(schema.build(), path=str(folder))
        self._store.register_tokenizer(_ANALYZER, self._analyzer)
        self._writer: Any = None
        self._seen = (0, 0)

    def add(self, number: int, texts: Mapping[str, str], header: Header) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("chunk", number)
        document.add_unsigned("day", _day_number(header.sent) if header.sent else _NO_DAY)
        for field, values in marks_of(header).items():
            for value in values:
                document.add_text("mark", f"{field} {value}")
        for field, text in texts.items():
            document.add_text(field, text)
        with self._worded():
            self._open_writer().add_document(document)

    def delete(self, numbers: Collection[int]) -> set[int]:
        """Drop these, with all that shares a segment with them: the numbers of those that only did that."""
        self.commit()
        wanted = set(numbers)
        hits = self._all()
        segments = {address.segment_ord for address, number in hits if number in wanted}
        dropped = {number for address, number in hits if address.segment_ord in segments}
        if dropped:
            query = self._tantivy.Query.term_set_query(self._store.schema, "chunk", list(dropped))
            with self._worded():
                self._open_writer().delete_documents_by_query(query)
        return dropped - wanted

    def commit(self) -> None:
        if self._writer is not None:
            with self._worded():
                self._writer.commit()
                self._writer.garbage_collect_files()
                self._store.reload()

    def _searcher(self) -> Any:
        """A searcher of the last commit, whichever process made it.

        Tantivy's own watch looks twice a second: too seldom for a question asked right after another process's
        commit. A commit puts another file in the place of `meta.json`; where there is none, the generation was
        swept away while it is still being read.
        """
        with self._worded(), suppress(FileNotFoundError):
            meta = (self._folder / "meta.json").stat()
            if (seen := (meta.st_ino, meta.st_mtime_ns)) != self._seen:
                self._store.reload()
                self._seen = seen
        return self._store.searcher()

    def search(
        self,
        text: str,
        weights: Mapping[str, float],
        limit: int,
        within: Within | None,
        *,
        other_words: str = "",
        every: bool = False,
    ) -> dict[int, float]:
        words = dict.fromkeys(self._analyzer.analyze(other_words), OTHER_WEIGHT)
        words |= dict.fromkeys(self._analyzer.analyze(text), 1.0)
        searcher = self._searcher()
        if not words or not searcher.num_docs or (isinstance(within, Collection) and not within):
            return {}
        hits = searcher.search(self._query(words, weights, within, every), limit=limit, count=False).hits
        numbers = searcher.fast_field_values("chunk", [address for _, address in hits])
        return {int(number): score for (score, _), number in zip(hits, numbers, strict=True)}

    def _query(
        self, words: Mapping[str, float], weights: Mapping[str, float], within: Within | None, every: bool
    ) -> Any:
        query, occur, schema = self._tantivy.Query, self._tantivy.Occur, self._store.schema
        kind = occur.Must if every else occur.Should
        scored = query.boolean_query(
            [
                (kind, query.boost_query(query.term_query(schema, field, word, "freq"), weight * share))
                for field, weight in weights.items()
                for word, share in words.items()
            ]
        )
        if within is None:
            return scored
        allowed = [query.const_score_query(each, 0.0) for each in self._allowed(within)]
        return query.boolean_query([(occur.Must, each) for each in (scored, *allowed)])

    def _allowed(self, within: Within) -> Iterator[Any]:
        """Queries that all must hold."""
        query, schema = self._tantivy.Query, self._store.schema
        if not isinstance(within, Conditions):
            yield query.term_set_query(schema, "chunk", list(within))
            return
        if within.since or within.until:
            first = _day_number(within.since) if within.since else _NO_DAY + 1
            last = _day_number(within.until) if within.until else _LAST_DAY
            yield query.range_query(schema, "day", self._tantivy.FieldType.Unsigned, first, last)
        for group in within.groups:
            marks = [f"{field} {value}" for field, values in group.items() for value in values]
            yield query.term_set_query(schema, "mark", marks)

    def count(self) -> int:
        return int(self._searcher().num_docs)

    def numbers(self) -> set[int]:
        return {number for _, number in self._all()}

    def _all(self) -> list[tuple[Any, int]]:
        """The address and the number of everything held."""
        searcher = self._searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(self._tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
        addresses = [address for _, address in hits]
        return [
            (address, int(number))
            for address, number in zip(addresses, searcher.fast_field_values("chunk", addresses), strict=True)
        ]

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._store.writer(heap_size=_WRITER_BYTES, num_threads=1)
        return self._writer

    def close(self) -> None:
        if self._writer is not None:
            with suppress(ValueError):  # a writer that failed has nothing to take back
                self._writer.rollback()
            self._writer = None

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """What Tantivy cannot read or write is told in a sentence."""
        try:
            yield
        except (ValueError, OSError) as error:
            if wrong := trouble(self._folder, str(error)):
                raise StoreError(f"{self._folder}: {wrong}") from error
            raise StoreDamaged(
                f"{self._folder} cannot be used by Tantivy ({error}); run: reftel status --repair"
            ) from error


def _day_number(day: date) -> int:
    """`20071120`: days as numbers in their order."""
    return day.year * 10_000 + day.month * 100 + day.day
