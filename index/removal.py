"""Taking files out of the index, with the cables that only they hold; the files themselves are not touched."""

from collections.abc import Iterable
from pathlib import Path

from index.build import Report, build
from index.catalog import Catalog
from index.embed import Encoder
from index.home import catalog_path, writing
from index.settings import Settings


def remove(paths: Iterable[Path], settings: Settings, *, encoder: Encoder | None = None) -> Report:
    """Drop these files; a cable that another file holds too is read from there again.

    A crash on the way leaves an index that answers, and the next run of `build` finishes the work.

    Raises:
        StoreBusy: another run is writing.
    """
    with writing(settings):
        catalog = Catalog(catalog_path(settings.home), writable=True)
        try:
            removed, others = _remove(catalog, {str(path.resolve()) for path in paths})
        finally:
            catalog.close()
    report = build([Path(path) for path in others if Path(path).exists()], settings, encoder=encoder)
    report.removed += removed - report.added
    report.added = 0
    return report


def _remove(catalog: Catalog, paths: set[str]) -> tuple[int, set[str]]:
    """How many cables went, and the other files that hold some of them."""
    held = catalog.copies_in(paths)
    others = catalog.files_with(held) - paths
    with catalog.transaction():
        gone = {cable_id for cable_id in held if catalog.file_of(cable_id) in paths}
        for path in paths:
            catalog.forget_file(path)
        gone |= held - catalog.copied(held)
        present = catalog.present(gone)
        catalog.remove(present)
        catalog.read_again(others)
    return len(present), others
