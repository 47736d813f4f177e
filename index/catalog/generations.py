"""The chunks of the generation that is being built beside the serving one, until it takes its place."""

from collections.abc import Sequence

from index.catalog.database import Database
from index.catalog.values import Versions
from index.records import Chunk

_NEXT = "next_"


class Generations(Database):
    """The next generation: what it is built with, its chunks, and the step that makes it serve."""

    def next_manifest(self) -> dict[str, str]:
        """What builds the next generation; empty where none is begun."""
        return {key.removeprefix(_NEXT): value for key, value in self.manifest().items() if key.startswith(_NEXT)}

    def begin_next(self, values: dict[str, str]) -> None:
        """Begin a next generation; the one that was begun before has been dropped."""
        with self.transaction():
            self.write_manifest({f"{_NEXT}{key}": value for key, value in values.items()})

    def drop_next(self) -> None:
        """Give up the next generation. Call inside a transaction."""
        self._db.execute("DELETE FROM next_chunk")
        self._db.execute("DELETE FROM manifest WHERE key LIKE 'next\\_%' ESCAPE '\\'")

    def lacking_next(self, after: int, most: int) -> list[tuple[int, str]]:
        """Number and id of ready cables without chunks of the next generation, from a number on."""
        rows = self._db.execute(
            "SELECT id, cable_id FROM cable WHERE ready = 1 AND id > ? "
            "AND NOT EXISTS (SELECT 1 FROM next_chunk WHERE cable = cable.id) ORDER BY id LIMIT ?",
            (after, most),
        )
        return rows.fetchall()

    def next_chunk_ids(self) -> set[int]:
        """The numbers of all chunks of the next generation."""
        return {chunk for (chunk,) in self._db.execute("SELECT id FROM next_chunk")}

    def next_cables(self) -> int:
        """How many cables the next generation has so far."""
        return int(self._db.execute("SELECT count(DISTINCT cable) FROM next_chunk").fetchone()[0])

    def reserve(self, count: int) -> range:
        """So many numbers that no chunk of any generation ever had, nor will have from elsewhere."""
        with self.transaction():
            row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunk'").fetchone()
            last = int(row[0]) if row else 0
            self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'chunk'")
            self._db.execute("INSERT INTO sqlite_sequence VALUES ('chunk', ?)", (last + count,))
        return range(last + 1, last + count + 1)

    def add_next(self, cable: int, chunk_ids: Sequence[int], chunks: Sequence[Chunk]) -> None:
        """Write the chunks of a cable in the next generation. Call inside a transaction."""
        self._db.executemany(
            "INSERT INTO next_chunk SELECT ?, cable, id, ?, ? FROM paragraph WHERE cable = ? AND ordinal = ?",
            [
                (chunk_id, chunk.start, chunk.end, cable, chunk.ordinal)
                for chunk_id, chunk in zip(chunk_ids, chunks, strict=True)
            ],
        )

    def next_spans(self, cable: int) -> list[tuple[int, int, int, int]]:
        """Number, ordinal, start and end of the chunks that a cable has in the next generation."""
        rows = self._db.execute(
            'SELECT next_chunk.id, ordinal, next_chunk.start, next_chunk."end" FROM next_chunk '
            "JOIN paragraph ON paragraph.id = next_chunk.paragraph WHERE next_chunk.cable = ? ORDER BY next_chunk.id",
            (cable,),
        )
        return rows.fetchall()

    def ready_cables(self) -> list[tuple[int, str]]:
        """Number and id of every ready cable."""
        return self._db.execute("SELECT id, cable_id FROM cable WHERE ready = 1 ORDER BY id").fetchall()

    def serve_next(self, old: Versions, new: Versions) -> None:
        """The next generation takes the place of the serving one, in one step."""
        with self.transaction():
            values = self.next_manifest()
            self._db.execute("DELETE FROM chunk")
            self._db.execute('INSERT INTO chunk SELECT id, cable, paragraph, start, "end" FROM next_chunk')
            self._db.execute("DELETE FROM gone")
            self._db.execute("UPDATE cable SET chunked = ?", (new.chunked,))
            self._db.execute("UPDATE file SET built = ? WHERE built = ?", (new.built, old.built))
            self.drop_next()
            self.write_manifest(values)
            self.raise_revision()
