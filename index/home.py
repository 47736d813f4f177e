"""The home folder: where each store lies, and the manifest that says what built them."""

from dataclasses import dataclass
from pathlib import Path

from index.catalog import Catalog
from index.errors import StoreMismatch
from index.settings import Settings
from index.terms import TermStore
from index.vectors import VectorStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The three stores of one home folder, open."""

    catalog: Catalog
    vectors: VectorStore
    terms: TermStore

    def close(self) -> None:
        """Close all three."""
        self.terms.close()
        self.vectors.close()
        self.catalog.close()


def catalog_path(home: Path) -> Path:
    """The one file that holds all cables."""
    return home / "catalog.sqlite3"


def open_stores(settings: Settings, *, writable: bool = False) -> Stores:
    """Open what lies under the home folder; the derived stores are those of the serving generation.

    Raises:
        StoreMissing: nothing has been indexed there.
    """
    catalog = Catalog(catalog_path(settings.home), writable=writable)
    folder = settings.home / "generations" / catalog.manifest().get("generation", "1")
    revision = catalog.revision()  # read before the vectors: what comes in between is then seen as new
    vectors = VectorStore(folder / "chroma")
    vectors.follow(revision)
    return Stores(catalog, vectors, TermStore(folder / "terms"))


def encoder_of(catalog: Catalog, wanted: str) -> str:
    """The encoder that built this index: the index remembers, so that a question is embedded as its cables were.

    Raises:
        StoreMismatch: the settings now name another one.
    """
    built = catalog.manifest().get("encoder", wanted)
    if built != wanted:
        raise StoreMismatch(
            f"{catalog.path.parent} was built with the encoder {built!r}, the settings name {wanted!r}; "
            f"set encoder = {built!r}, or move the folder away and index again."
        )
    return built
