"""Cables <-> SQLite: the one place that holds cables and paragraphs, and what the other stores are believed by.

Every chunk has a number that is never given twice. Chroma and Tantivy know a chunk by that
number only, and what they return counts only if the catalog has the number under a cable that
is `ready`. So a cable is written in three steps, any of which may be the last before a crash:

1. its rows, not ready; 2. its chunks in Chroma and Tantivy; 3. ready, and its older self gone.

Rows that never became ready are cleared by the next writer; the numbers of chunks that went
away stay on the `gone` list until the derived stores have dropped them too.
"""

from index.catalog.browsing import Browsing, Counts, Listed, Selection
from index.catalog.cables import Cables
from index.catalog.ceiling import Ceiling
from index.catalog.files import Files
from index.catalog.finding import Finding
from index.catalog.generations import Generations
from index.catalog.values import CableSummary, Facets, Found, Group, IndexedFile, Versions


class Catalog(Cables, Finding, Browsing, Files, Generations):
    """The catalog of one home folder: its cables, how they are found, the files they came from.

    Readers never write; `writable=True` is for the one writer. Under a ceiling, what lies above it is not there.
    """


__all__ = [
    "CableSummary",
    "Catalog",
    "Ceiling",
    "Counts",
    "Facets",
    "Found",
    "Group",
    "IndexedFile",
    "Listed",
    "Selection",
    "Versions",
]
