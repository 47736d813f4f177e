"""Whatever is added, changed, moved, removed and cut short, in whatever order: the index equals a fresh build.

`REFTEL_TEST_SEQUENCES=500` tries so many sequences, others in each run; without it a few, the same each time.
"""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import HashingEncoder
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from making import a_text
from test_faults import Crash, Plug, plugged

from index.build import build
from index.check import check
from index.errors import StoreMissing
from index.generation import rebuild
from index.home import catalog_path, open_stores
from index.settings import Settings

TEXTS = (
    "The forum met.",
    "The forum was put off, because the hall had been let to a circus and nobody would give way.",
    "The forum met after all, in a tent beside the river, and spoke of wheat, of ferries and of the price of tar.",
)
FILES = ("a.txt", "b.txt", "sub/c.txt", "sub/d.txt", "e.jsonl", "sub/f.jsonl")
WORDS = ("forum", "circus", "ferries tar", "nothing happened", "hall river forum")


@dataclass(frozen=True)
class Write:
    """A file with these cables, by number and text: new, changed, or written again as it was."""

    file: str
    cables: tuple[tuple[int, int], ...]

    def do(self, folder: Path) -> None:
        texts = [a_text(number, first=TEXTS[text]) for number, text in self.cables]
        path = folder / self.file
        lines = [json.dumps({"text": text}) for text in texts]
        path.write_text("\n".join(lines) if path.suffix == ".jsonl" else texts[0])


@dataclass(frozen=True)
class Move:
    file: str
    to: str

    def do(self, folder: Path) -> None:
        if (folder / self.file).exists():
            (folder / self.file).replace(folder / Path(self.to).with_suffix(Path(self.file).suffix))


@dataclass(frozen=True)
class Remove:
    file: str

    def do(self, folder: Path) -> None:
        (folder / self.file).unlink(missing_ok=True)


@dataclass(frozen=True)
class Run:
    """A run of the sync, or of a rebuild, stopped before the write of this number if it gets so far."""

    anew: bool
    crash: int | None

    def do(self, folder: Path, settings: Settings) -> None:
        with pytest.MonkeyPatch.context() as patch, plugged(Plug(self.crash), patch):
            if self.anew and catalog_path(settings.home).exists():
                rebuild(settings, "hashing", encoder=HashingEncoder())
            else:
                build([folder], settings, encoder=HashingEncoder(), prune=True)


cables = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=3).map(tuple)
edits = st.one_of(
    st.builds(Write, st.sampled_from(FILES), cables),
    st.builds(Write, st.sampled_from(FILES), cables),
    st.builds(Move, st.sampled_from(FILES), st.sampled_from(FILES)),
    st.builds(Remove, st.sampled_from(FILES)),
)
runs = st.builds(Run, st.sampled_from((False, False, True)), st.integers(0, 60) | st.integers(0, 200))
steps = st.tuples(st.lists(edits, min_size=1, max_size=4), st.lists(runs, max_size=2))
LONG = os.environ.get("REFTEL_TEST_SEQUENCES")


def whole(settings: Settings) -> dict[str, Any]:
    """All that the index tells: cables, chunks with their vectors, what words find, counts. Its stores must agree."""
    stores = open_stores(settings)
    try:
        catalog, agreed = stores.catalog, check(stores)
        assert agreed and (agreed.extra_vectors, agreed.extra_terms) == (0, 0)
        by_cable = catalog.chunks_by_cable()
        places = {chunk: (each, at) for each, chunks in by_cable.items() for at, chunk in enumerate(chunks)}
        held = [cable for cable in map(catalog.get, sorted(by_cable)) if cable]
        return {
            "cables": [(cable.header, cable.paragraphs, cable.sources) for cable in held],
            "chunks": {each: catalog.spans_of(chunks) for each, chunks in by_cable.items()},
            "vectors": {each: stores.vectors.vectors_of(chunks).tolist() for each, chunks in by_cable.items()},
            "words": [
                {places[chunk]: score for chunk, score in stores.terms.search(each, 99).items()} for each in WORDS
            ],
            "cables by words": [
                {places[chunk]: score for chunk, score in stores.terms.search_cables(each, 99).items()}
                for each in WORDS
            ],
            "counts": catalog.facets(),
            "files": catalog.cables_by_file(),
            "problems": catalog.problems(),
        }
    finally:
        stores.close()


def fresh(folder: Path, settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        anew = settings.model_copy(update={"home": Path(home)})
        build([folder], anew, encoder=HashingEncoder(), prune=True)
        return whole(anew)


@profile(
    max_examples=int(LONG or 15),
    deadline=None,
    derandomize=not LONG,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink] if LONG else [Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(steps, min_size=1, max_size=4))
@example([([Write("a.txt", ((1, 0),))], []), ([Move("a.txt", "b.txt"), Write("a.txt", ((2, 0),))], [])])
@example([([Write("a.txt", ((1, 0),))], []), ([Write("a.txt", ((2, 0),))], [Run(anew=True, crash=28)])])
def test_the_index_equals_a_fresh_build_after_any_sequence(done: list[tuple[list[Any], list[Run]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, settings = Path(place) / "cables", Settings(home=Path(place) / "home", encoder="hashing")
        (folder / "sub").mkdir(parents=True)
        Write("z.txt", ((9, 0),)).do(folder)
        for edited, cut_short in done:
            for edit in edited:
                edit.do(folder)
            for run in cut_short:
                try:
                    run.do(folder, settings)
                except Crash:
                    with suppress(StoreMissing):  # it came before the first table
                        stores = open_stores(settings)
                        assert check(stores)
                        stores.close()
            Run(anew=False, crash=None).do(folder, settings)
            assert whole(settings) == fresh(folder, settings)
        shutil.rmtree(folder)
