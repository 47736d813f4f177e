"""Watching folders: what is added, changed or removed in them is in the index seconds later.

A run of the sync follows each change, once the file has come to rest: one that is still being written is left out of
it. What cannot be read goes to the list of problems, as in every run, and is read again when its file changes. A run
that fails, because another one is writing or a disk is full, is tried again.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.build import Report, build
from index.errors import CorpusError, ReftelError
from index.read import files_in
from index.settings import Settings

REST = 1.0
"""Seconds for which a file must have stayed as it is."""
TICK = 0.25
"""Seconds between looks at files that have not come to rest."""
ROUND = 300.0
"""Seconds after which the folders are gone through even so: a share on the network does not tell every change."""
RETRY = 10.0
"""Seconds to the next try after a run that failed."""

_Stamp = tuple[int, int] | None
"""Size and time of a file; None where there is none."""


def watch(paths: Sequence[Path], settings: Settings) -> Iterator[Report | ReftelError]:
    """Make the index equal the folders, now and from now on; gives the report of the first run and of each that did
    anything, or why one failed. Ends by an interrupt only.

    Raises:
        CorpusError: something is no folder, or cannot be watched.
        ReftelError: the first run failed.
    """
    folders = [path.resolve() for path in paths]
    for path in paths:
        if not path.is_dir():
            raise CorpusError(f"{path} is no folder; only folders can be watched.")
    changes = _changes(folders, settings.home.resolve())
    next(changes)  # what happens during the first run is told after it
    yield build(folders, settings)
    restless, due = _Restless(), time.monotonic() + ROUND
    for changed in changes:
        restless.touch(changed)
        if not restless.rested() and time.monotonic() < due:
            continue
        report = _run(folders, restless.waiting(), settings)
        due = time.monotonic() + (RETRY if isinstance(report, ReftelError) else ROUND)
        if isinstance(report, ReftelError) or _did_something(report):
            yield report


def _run(folders: list[Path], waiting: set[Path], settings: Settings) -> Report | ReftelError:
    """One run over everything but the files that have not come to rest."""
    targets = folders
    if waiting:
        # Only files that are there are named: what was removed meanwhile is noticed when all have come to rest.
        targets = [each for each in files_in(folders) if isinstance(each, Path) and each.resolve() not in waiting]
    try:
        return build(targets, settings)
    except ReftelError as error:
        return error
    except OSError as error:  # a file went between the look at its folder and the look at it
        return CorpusError(f"{error.filename or folders[0]}: {(error.strerror or str(error)).lower()}; trying again.")


def _did_something(report: Report) -> bool:
    return bool(report.added or report.updated or report.removed or report.read_files)


@dataclass(slots=True)
class _Restless:
    """Files that changed, and since when each is as it is."""

    files: dict[Path, tuple[_Stamp, float]] = field(default_factory=dict)

    def touch(self, paths: set[Path]) -> None:
        """These have changed, or may have."""
        now = time.monotonic()
        for path in paths:
            self.files[path] = (_stamp(path), now)

    def rested(self) -> bool:
        """Whether some have come to rest; they are forgotten."""
        now, rested = time.monotonic(), False
        for path, (before, since) in list(self.files.items()):
            stamp = _stamp(path)
            if stamp != before:
                self.files[path] = (stamp, now)
            elif now - since >= REST:
                del self.files[path]
                rested = True
        return rested

    def waiting(self) -> set[Path]:
        """Those that have not."""
        return set(self.files)


def _stamp(path: Path) -> _Stamp:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


def _changes(folders: list[Path], home: Path) -> Iterator[set[Path]]:
    """What changed since the last look, every few moments, mostly nothing.

    Hidden files are never indexed, and the home folder changes by our own writing.
    """
    from watchfiles import watch as watch_files

    def is_wanted(_: object, path: str) -> bool:
        changed = Path(path)
        for folder in folders:
            if changed.is_relative_to(folder):
                hidden = any(part.startswith(".") for part in changed.relative_to(folder).parts)
                own = changed.is_relative_to(home) and not folder.is_relative_to(home)
                if not hidden and not own:
                    return True
        return False

    tick = int(TICK * 1000)
    try:
        for found in watch_files(
            *folders, watch_filter=is_wanted, debounce=2 * tick, step=50, rust_timeout=tick, yield_on_timeout=True
        ):
            yield {Path(path) for _, path in found}
    except (OSError, RuntimeError) as error:
        raise CorpusError(
            f"{', '.join(map(str, folders))} cannot be watched ({error}); "
            "set WATCHFILES_FORCE_POLLING=true in the environment, which looks in place of being told."
        ) from None
