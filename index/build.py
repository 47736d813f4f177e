"""The sync: files -> all three stores, so that the index equals the files.

A crash at any moment leaves an index that opens and answers; the next run finishes the work.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.catalog import Catalog, Versions
from index.chunk import CHUNKER_VERSION
from index.embed import Encoder
from index.home import catalog_path, refuse_another_encoder, writing
from index.parse import PARSER_VERSION
from index.place import refuse_another_place
from index.plan import Plan, add_other_copies, make_plan
from index.records import Problem
from index.settings import Settings
from index.sync import Progress, Sync

Ask = Callable[[Sequence[str], bool], bool]
"""Called with files that went, and whether the folder they were in is still there: may their cables go?"""


@dataclass(slots=True)
class Report:
    """What a run did: numbers of cables, files and chunks, what could not be read, and the seconds.

    `kept_files` are gone from where they were, and their cables still in the index; see `build`.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged_files: int = 0
    read_files: int = 0
    moved_files: int = 0
    kept_files: int = 0
    chunks: int = 0
    stopped: bool = False
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0


def build(
    paths: Iterable[Path],
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    prune: bool = False,
    ask: Ask | None = None,
) -> Report:
    """Make the index equal what lies under `paths`; files indexed from elsewhere stay as they are.

    Args:
        stop: when set, the run ends soon and keeps what is done; the next one goes on from there.
        prune: a path that is not there, or an empty folder, takes the cables of its files along. Without it they
            stay: the path may be mistyped, or on a disk that is not mounted.
        ask: decides instead, for those files and for files that went from a folder that is there.

    Raises:
        StoreBusy: another run is writing.
        StoreMismatch: the index was built with another encoder, or with its vectors in another place.
    """
    started = time.perf_counter()
    with writing(settings):
        catalog = Catalog(catalog_path(settings.home), writable=True)
        try:
            refuse_another_encoder(catalog, settings)
            refuse_another_place(settings, catalog)
            plan = make_plan(paths, catalog, versions_of(settings))
            report = Report(problems=plan.problems, unchanged_files=plan.unchanged, moved_files=len(plan.moved))
            report.kept_files = _decide(plan, prune=prune, ask=ask)
            add_other_copies(plan, catalog)
            sync = Sync(settings, catalog, encoder, versions_of(settings), stop or threading.Event())
            try:
                sync.run(plan, progress or (lambda done, total, at: None))
            finally:
                sync.close()
        finally:
            catalog.close()
    for name in ("added", "updated", "removed", "read_files", "chunks", "stopped"):
        setattr(report, name, getattr(sync, name))
    report.problems += sync.problems
    report.seconds = time.perf_counter() - started
    return report


def plan_of(paths: Iterable[Path], settings: Settings, *, prune: bool = False) -> Plan:
    """What `build` would do; nothing is written."""
    place = catalog_path(settings.home)
    catalog = Catalog(place) if place.exists() else None
    plan = make_plan(paths, catalog, versions_of(settings))
    if catalog:
        refuse_another_encoder(catalog, settings)
        refuse_another_place(settings, catalog)
        _decide(plan, prune=prune, ask=None)
        add_other_copies(plan, catalog)
        catalog.close()
    return plan


def versions_of(settings: Settings) -> Versions:
    """What a cable read and cut now is made by."""
    return Versions(str(PARSER_VERSION), f"{CHUNKER_VERSION}, {settings.chunk_tokens} tokens")


def _decide(plan: Plan, *, prune: bool, ask: Ask | None) -> int:
    """Settle which files that went take their cables along; gives the number of those that do not."""
    kept = []
    if plan.removed and ask and not ask(plan.removed, True):
        kept, plan.removed = plan.removed, []
    if plan.lost and (ask(plan.lost, False) if ask else prune):
        plan.removed, plan.lost = sorted([*plan.removed, *plan.lost]), []
    if prune:
        plan.forget_missing_paths()
    return len(kept) + len(plan.lost)
