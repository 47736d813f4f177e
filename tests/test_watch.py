"""`reftel index --watch` as a process of its own: what changes in a folder is in the index soon after."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from making import a_text

from index.catalog import Catalog
from index.home import catalog_path
from index.watch import REST, _Restless
from ui.cli import main

pytestmark = pytest.mark.weights
PATIENCE = 300
"""Seconds: a machine may be busy; a test that waits so long has failed."""


def _heed_interrupts() -> None:
    """A shell that runs the tests in the background has them ignore SIGINT, and they would hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """The command at work, and what it has said."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self._said = home.parent / "said"
        self._wrong = home.parent / "wrong"
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", "from ui.cli import main; main()", "--home", str(home), "index", "--watch"]
        with self._said.open("wb") as said, self._wrong.open("wb") as wrong:
            self.process = subprocess.Popen(
                [*command, str(folder)], stdout=said, stderr=wrong, env=environment, preexec_fn=_heed_interrupts
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    @property
    def wrong(self) -> str:
        return self._wrong.read_text()

    def cables(self) -> dict[str, str]:
        """The first paragraph of each cable in the index."""
        path = catalog_path(self.home)
        if not path.exists():
            return {}
        catalog = Catalog(path)
        try:
            return {cable.cable_id: cable.paragraphs[0].text for cable in catalog.stored()}
        finally:
            catalog.close()

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert self.process.poll() is None and time.monotonic() < deadline, (self.said, self.wrong, self.cables())
            time.sleep(0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cables"
    made.mkdir()
    (made / "1.txt").write_text(a_text(1))
    return made


@pytest.fixture
def watching(home: Path, folder: Path) -> Iterator[Watching]:
    started = Watching(home, folder)
    started.wait(lambda: "1 cables added" in started.said)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()


def test_what_changes_in_a_folder_is_in_the_index(watching: Watching, folder: Path) -> None:
    deep = folder / "new" / "deep"
    deep.mkdir(parents=True)
    (deep / "2.txt").write_text(a_text(2))
    watching.wait(lambda: set(watching.cables()) == {"07ASTANA1", "07ASTANA2"})
    (folder / "1.txt").write_text(a_text(1, first="The forum was put off."))
    watching.wait(lambda: watching.cables().get("07ASTANA1") == "The forum was put off.")
    (folder / "1.txt").rename(folder / "new" / "one.txt")
    (deep / "2.txt").unlink()
    watching.wait(lambda: set(watching.cables()) == {"07ASTANA1"})


def test_a_bad_file_is_listed_and_read_again_when_it_changes(watching: Watching, folder: Path, home: Path) -> None:
    bad = folder / "bad.txt"
    bad.write_bytes(b"\0\1\2" * 100)
    (folder / "2.txt").write_text(a_text(2))
    watching.wait(lambda: "07ASTANA2" in watching.cables() and "bad.txt" in watching.wrong)
    shown = json.loads(CliRunner().invoke(main, ["--home", str(home), "status", "--json"]).stdout)
    assert [(Path(each["path"]).name, "is not text" in each["reason"]) for each in shown["problems"]] == [
        ("bad.txt", True)
    ]
    bad.write_text(a_text(3))
    watching.wait(lambda: "07ASTANA3" in watching.cables())
    shown = json.loads(CliRunner().invoke(main, ["--home", str(home), "status", "--json"]).stdout)
    assert shown["problems"] == []


def test_a_file_comes_to_rest_when_it_has_stayed_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("index.watch.time.monotonic", lambda: clock[0])
    slow, gone, restless = tmp_path / "slow.txt", tmp_path / "gone.txt", _Restless()
    slow.write_text("V")
    restless.touch({slow, gone})
    rested = []
    for text in ("VZ", "VZC", "VZCZ", "VZCZ", "VZCZ"):
        clock[0] += 0.6 * REST
        slow.write_text(text)
        os.utime(slow, (len(text), len(text)))
        rested.append((restless.rested(), restless.waiting()))
    assert rested == [(False, {slow, gone}), (True, {slow}), (False, {slow}), (False, {slow}), (True, set())]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_well(sign: signal.Signals, watching: Watching) -> None:
    watching.process.send_signal(sign)
    assert watching.process.wait(PATIENCE) == 0
    assert watching.said.endswith("Stopped watching; what is indexed stays.\n")
    assert watching.wrong == ""
    checked: Any = CliRunner().invoke(main, ["--home", str(watching.home), "status", "--check"])
    assert checked.exit_code == 0, checked.output


def test_only_folders_are_watched(folder: Path) -> None:
    for path in (folder / "1.txt", folder / "nowhere"):
        result = CliRunner().invoke(main, ["index", "--watch", str(path)])
        assert result.exit_code == 1 and "is no folder; only folders can be watched." in result.stderr
