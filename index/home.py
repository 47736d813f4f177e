"""The home folder: where each store lies, who may write, and the manifest that says what built them."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from index.catalog import Catalog
from index.disk import is_read_only
from index.errors import StoreBusy, StoreError, StoreMismatch
from index.place import place_of
from index.settings import Settings
from index.terms import TermStore
from index.vectors import Place, VectorStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """The three stores of one home folder, open; `copy` is where they lie if that folder is on a read-only disk."""

    catalog: Catalog
    vectors: VectorStore
    terms: TermStore
    copy: "TemporaryDirectory[str] | None" = None

    def follow(self) -> str:
        """See what another process has written, a new generation too; gives the number of the generation."""
        manifest = self.catalog.manifest()
        generation = manifest.get("generation", "1")
        self.terms.follow(terms_folder(self.catalog.path.parent, generation))
        self.vectors.follow(int(manifest.get("revision", "0")), generation)
        return generation

    def close(self) -> None:
        """Close all three."""
        self.terms.close()
        self.vectors.close()
        self.catalog.close()
        if self.copy:
            self.copy.cleanup()


def catalog_path(home: Path) -> Path:
    """The one file that holds all cables."""
    return home / "catalog.sqlite3"


def terms_folder(home: Path, generation: str) -> Path:
    """Where the words of a generation lie."""
    return home / "generations" / generation / "terms"


def drop_generation(home: Path, place: Place, generation: str) -> None:
    """Drop the derived stores of a generation, wherever they lie."""
    place.drop(generation)
    shutil.rmtree(home / "generations" / generation, ignore_errors=True)


def drop_dead_generations(settings: Settings, catalog: Catalog) -> None:
    """Drop generations that neither serve nor are being built: a crash may have left one."""
    living = {catalog.manifest().get("generation", "1"), catalog.next_manifest().get("generation")}
    folder = settings.home / "generations"
    for each in sorted(folder.iterdir()) if folder.exists() else ():
        if each.name not in living:
            drop_generation(settings.home, place_of(settings, catalog), each.name)


def open_stores(settings: Settings, *, writable: bool = False) -> Stores:
    """Open what lies under the home folder; the derived stores are those of the serving generation.

    Raises:
        StoreMissing: nothing has been indexed there.
        StoreError: they cannot be opened.
    """
    if not writable and is_read_only(settings.home) and catalog_path(settings.home).exists():
        return _open_copy(settings)
    return open_derived(settings, Catalog(catalog_path(settings.home), writable=writable))


def open_derived(settings: Settings, catalog: Catalog) -> Stores:
    """The stores of the catalog's serving generation, beside the catalog."""
    generation = catalog.manifest().get("generation", "1")
    revision = catalog.revision()  # read before the vectors: what comes in between is then seen as new
    try:
        vectors = VectorStore(place_of(settings, catalog), generation)
    except StoreError:
        if catalog.manifest().get("generation", "1") == generation:
            raise
        return open_derived(settings, catalog)  # a new generation came to serve, and the old one went
    vectors.follow(revision, generation)
    try:
        return Stores(catalog, vectors, TermStore(terms_folder(settings.home, generation)))
    except StoreError:
        vectors.close()
        raise


def _open_copy(settings: Settings) -> Stores:
    """The stores of a home folder on a read-only disk: SQLite, Chroma and Tantivy all write beside what they read."""
    copy = TemporaryDirectory(prefix="reftel-")
    try:
        for each in settings.home.glob("catalog.sqlite3*"):
            shutil.copy(each, copy.name)
        shutil.copytree(settings.home / "generations", Path(copy.name) / "generations")
        at = settings.model_copy(update={"home": Path(copy.name)})
        stores = open_derived(at, Catalog(catalog_path(at.home)))
    except OSError as error:
        copy.cleanup()
        raise StoreError(
            f"{settings.home} lies on a read-only disk, and a copy to read could not be made in {copy.name} "
            f"({(error.strerror or 'not all of it').lower()}); free some space there, or name another place in TMPDIR."
        ) from None
    except StoreError:
        copy.cleanup()
        raise
    _log.warning("%s lies on a read-only disk: it is read from a copy in %s.", settings.home, copy.name)
    return replace(stores, copy=copy)


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Be the one writer of the home folder, which is made if it is not there.

    Raises:
        StoreBusy: another run is writing.
        StoreError: the folder cannot be written.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.home / "write.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreBusy(f"another run is writing to {settings.home}; wait for it, then run this again.") from None
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreError(
            f"{settings.home} cannot be written ({reason.lower()}); check the disk and its permissions, "
            "or give another folder with --home."
        ) from None
    try:
        yield
    finally:
        lock.release()


def encoder_of(catalog: Catalog, wanted: str) -> str:
    """The encoder that built this index: the index remembers, so that a question is embedded as its cables were."""
    return catalog.manifest().get("encoder", wanted)


def refuse_another_encoder(catalog: Catalog, settings: Settings) -> None:
    """Vectors of two encoders are never mixed.

    Raises:
        StoreMismatch: the settings name another encoder than the one that built the index.
    """
    built = encoder_of(catalog, settings.encoder)
    if "encoder" in settings.model_fields_set and built != settings.encoder:
        raise StoreMismatch(
            f"{settings.home} was built with the encoder {built!r}, the settings name {settings.encoder!r}; "
            f"set encoder = {built!r}, or embed all cables anew: reftel index --encoder {settings.encoder!r}"
        )
