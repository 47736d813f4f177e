"""What a run has to do: which files are new, changed, moved, removed, to be read again, or unchanged.

A file is looked at again when its size or time changed, and read again when its content did. Content tells: a new
file with the bytes of one that is gone is that file, moved.
"""

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog import Catalog, IndexedFile, Versions
from index.read import files_in
from index.records import Problem


@dataclass(slots=True)
class Plan:
    """Files by what is to be done about them.

    `reparsed` were read by another parser or chunker; `again` may hold the only or the better copy of a cable whose
    file changed or went; `lost` lie under a path that is empty or not there, and stay unless told otherwise.
    """

    new: list[IndexedFile] = field(default_factory=list)
    changed: list[IndexedFile] = field(default_factory=list)
    reparsed: list[IndexedFile] = field(default_factory=list)
    again: list[IndexedFile] = field(default_factory=list)
    moved: list[tuple[str, IndexedFile]] = field(default_factory=list)
    touched: list[IndexedFile] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    paths: dict[str, Problem | None] = field(default_factory=dict)
    """The paths that were given and are no files, with what is wrong with each."""
    known_paths: set[str] = field(default_factory=set)
    """Those of them that were told of before."""
    problems: list[Problem] = field(default_factory=list)

    def to_read(self) -> list[IndexedFile]:
        """Every file to read, in the order of their paths."""
        return sorted([*self.new, *self.changed, *self.reparsed, *self.again], key=lambda file: file.path)

    def stale(self) -> set[str]:
        """The files whose cables do not stand as they are: gone, or to be read."""
        return {*self.removed, *(file.path for file in (*self.changed, *self.reparsed, *self.again))}

    def forget_missing_paths(self) -> None:
        """What was told of paths that are not there, or empty, is forgotten: that they went is what was meant.

        A path that nothing was indexed from may be mistyped, and is told once.
        """
        for path, problem in self.paths.items():
            if problem is not None:
                self.paths[path] = None
                if problem in self.problems and (path in self.known_paths or _is_over(path, self.removed)):
                    self.problems.remove(problem)

    def to_dict(self) -> dict[str, object]:
        """What `reftel index --dry-run --json` prints."""
        return {
            **{
                name: [file.path for file in getattr(self, name)]
                for name in ("new", "changed", "reparsed", "again", "touched")
            },
            "moved": [{"from": old, "to": file.path} for old, file in self.moved],
            "removed": self.removed,
            "lost": self.lost,
            "unchanged": self.unchanged,
            "problems": [str(problem) for problem in self.problems],
        }


def make_plan(paths: Iterable[Path], catalog: Catalog | None, versions: Versions) -> Plan:
    """Compare what lies under the paths with what the catalog knows; nothing is written."""
    plan, given = Plan(), list(paths)
    known = catalog.files() if catalog else {}
    found, silent = _look_around(given, known, plan)
    plan.known_paths = catalog.paths_with_problems() & plan.paths.keys() if catalog else set()
    for path, now in found.items():
        before = known.get(path)
        if before is None:
            plan.new.append(now)
        elif before.sha256 != now.sha256 or not now.sha256:
            plan.changed.append(now)
        elif before.built != versions.built:
            plan.reparsed.append(now)
        else:
            plan.unchanged += 1
            if before != now:
                plan.touched.append(now)
    for path in known.keys() - found.keys():
        if root := _root_of(path, given):
            (plan.lost if root in silent else plan.removed).append(path)
    plan.removed.sort()
    plan.lost.sort()
    _find_moved(plan, known, versions)
    return plan


def add_other_copies(plan: Plan, catalog: Catalog) -> None:
    """Files that may hold the only or the best copy of a cable whose own file changed or goes are read as well."""
    stale, known = plan.stale(), catalog.files()
    moved = dict(plan.moved)
    for path in sorted(catalog.files_with(catalog.copies_in(stale)) - stale):
        if path in moved:
            plan.moved.remove((path, moved[path]))
            plan.new.append(moved[path])
            plan.removed.append(path)
        elif Path(path).exists():
            plan.again.append(_look_at(path, os.stat(path), known.get(path)))  # noqa: PTH116


def _find_moved(plan: Plan, known: dict[str, IndexedFile], versions: Versions) -> None:
    """New files with the bytes, the name and the reader of one that went. The name may tell a cable's id."""
    went = [*plan.removed, *plan.lost]
    gone = {(Path(path).name, known[path].sha256): path for path in went if known[path].built == versions.built}
    olds = set[str]()
    for file in plan.new:
        if old := gone.pop((Path(file.path).name, file.sha256), None):
            plan.moved.append((old, replace(file, built=versions.built)))
            olds.add(old)
    news = {file.path for _, file in plan.moved}
    plan.new = [file for file in plan.new if file.path not in news]
    plan.removed = [path for path in plan.removed if path not in olds]
    plan.lost = [path for path in plan.lost if path not in olds]


def _look_around(
    paths: list[Path], known: dict[str, IndexedFile], plan: Plan
) -> tuple[dict[str, IndexedFile], set[Path]]:
    """The files as they are now, and the paths that say nothing.

    A path that is empty or not there may be mistyped, or a disk that is not mounted: it removes nothing by itself.
    """
    found: dict[str, IndexedFile] = {}
    silent: dict[Path, Problem] = {}
    folders: dict[Path, str] = {}
    for item in files_in(paths):
        if isinstance(item, Problem):
            plan.problems.append(item)
            silent[Path(item.path).resolve()] = item
            continue
        if item.parent not in folders:
            folders[item.parent] = str(item.parent.resolve())
        path, info = os.path.join(folders[item.parent], item.name), os.lstat(item)  # noqa: PTH118 — ten times as fast
        if stat.S_ISLNK(info.st_mode) and item.exists():
            path, info = str(item.resolve()), os.stat(item)  # noqa: PTH116
        found[path] = _look_at(path, info, known.get(path))
    for root in {path.resolve() for path in paths}:
        if str(root) not in found:
            plan.paths[str(root)] = silent.get(root)
    return found, set(silent)


def _is_over(path: str, files: Iterable[str]) -> bool:
    return any(Path(file).is_relative_to(path) for file in files)


def _root_of(path: str, given: list[Path]) -> Path | None:
    """The path given under which this file lies, the longest where there are several."""
    roots = [root for root in (each.resolve() for each in given) if Path(path).is_relative_to(root)]
    return max(roots, key=lambda root: len(root.parts), default=None)


def _look_at(path: str, info: os.stat_result, known: IndexedFile | None) -> IndexedFile:
    """The file as it is now; its content is hashed only where size or time differ from what is known.

    A link that leads nowhere and a pipe have none, and opening a pipe would wait for ever: reading them tells why.
    """
    if known and (known.size, known.mtime_ns) == (info.st_size, info.st_mtime_ns):
        return known
    if not stat.S_ISREG(info.st_mode):
        return IndexedFile(path, info.st_size, info.st_mtime_ns, "", known.built if known else "")
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        sha256 = ""  # reading it tells why
    return IndexedFile(path, info.st_size, info.st_mtime_ns, sha256, known.built if known else "")
