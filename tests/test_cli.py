"""The command line as a person types it: output, exit codes, one sentence for every mistake."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import HashingEncoder
from evaluating import a_passage
from making import a_text

from qa.assistant import Assistant
from qa.records import Answer, AnswerReady, Event, Passages, PassagesFound, Query, SourceOpened
from ui.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, encoder: HashingEncoder) -> Run:
    """Run `reftel …` with the small encoder in place of the real weights."""
    for module in ("index.sync", "index.check", "qa.assistant"):
        monkeypatch.setattr(f"{module}.open_encoder", lambda *_: encoder)
    monkeypatch.setenv("REFTEL_ENCODER", "hashing")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def cables(tmp_path: Path) -> Path:
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained.").replace(
        "SUBJECT:", "REF: 07 ASTANA 2\n\nSUBJECT:"))  # fmt: skip
    (folder / "2.txt").write_text(a_text(2, first="The harvest failed."))
    return folder


@pytest.fixture
def indexed(run: Run, cables: Path) -> Run:
    assert run("index", cables).exit_code == 0
    return run


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_index_says_what_it_did(run: Run, cables: Path) -> None:
    result = run("index", cables)
    assert result.exit_code == 0
    assert result.stdout.startswith("2 cables added, 0 updated, 0 removed; 2 files read, 0 unchanged; ")


def test_index_says_what_was_left_out_and_exits_with_1(run: Run, cables: Path) -> None:
    (cables / "empty.txt").touch()
    result = run("index", cables)
    assert result.exit_code == 1
    assert "2 cables added" in result.stdout
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"left out: {cables / 'empty.txt'}: ")
    assert "empty.txt" in run("status").stdout
    assert read(run("status", "--json"))["problems"][0]["left_out"] is True


def test_ask_prints_the_answer_with_its_citation(indexed: Run) -> None:
    result = indexed("ask", "How many officers were trained?", "--model", "none")
    assert result.exit_code == 0
    assert "97 officers were trained" in result.stdout
    assert "[07ASTANA1 ¶1]" in result.stdout
    assert "without a chat model" in result.stdout


def test_ask_and_search_print_json(indexed: Run) -> None:
    answer = read(indexed("ask", "How many officers were trained?", "--json"))
    assert (answer["outcome"], answer["model"]) == ("answered", "none")
    assert answer["statements"][0]["citations"][0]["cable_id"] == "07ASTANA1"
    found = read(indexed("search", "harvest", "--top-k", "1", "--json"))
    assert [passage["cable_id"] for passage in found["passages"]] == ["07ASTANA2"]


@pytest.mark.parametrize(
    ("filters", "n_found"),
    [
        ((), 2),
        (("--post", "Astana", "--tag", "kz", "--since", "2007", "--until", "2007-11"), 2),
        (("--cable", "2007ASTANA00002"), 1),
        (("--since", "2008"), 0),
        (("--classification", "secret"), 0),
    ],
)
def test_filters_narrow_a_search(indexed: Run, filters: tuple[str, ...], n_found: int) -> None:
    found = read(indexed("search", "officers harvest", *filters, "--json"))
    assert len({passage["cable_id"] for passage in found["passages"]}) == n_found


def test_show_prints_a_cable_and_where_it_leads(indexed: Run) -> None:
    shown = indexed("show", "Astana 1").stdout
    assert "A total of 97 officers were trained." in shown
    assert "refers to 07ASTANA2" in shown
    whole = read(indexed("show", "07ASTANA2", "--json"))
    assert (whole["cable_id"], whole["cited_by"], whole["absent"]) == ("07ASTANA2", ["07ASTANA1"], [])
    assert "Nothing else" not in indexed("show", "07ASTANA1", "--paragraph", "1").stdout


def test_parse_touches_no_index(run: Run, cables: Path, home: Path) -> None:
    parsed = read(run("parse", cables, "--json"))
    assert [cable["cable_id"] for cable in parsed] == ["07ASTANA1", "07ASTANA2"]
    assert [each["kind"] for each in parsed[0]["references"]] == ["cable"]
    assert "07ASTANA1  FORUM 1" in run("parse", cables / "1.txt").stdout
    assert not home.exists()


def test_parse_reports_on_an_archive(run: Run, cables: Path) -> None:
    (cables / "3.txt").write_text(a_text(3).replace("1. The", "1. The &amp;").replace("SUBJECT:", "X:"))
    (cables / "3-again.txt").write_text(a_text(3))
    (cables / "4.txt").write_text(a_text(4).replace("3241158", "3001158").replace("1. The", "1. A &amp;"))
    (cables / "empty.txt").touch()
    result = run("parse", "--report", cables, "--json")
    assert result.exit_code == 1 and "empty.txt" in result.stderr
    report = json.loads(result.stdout)
    assert (report["cables"], report["copies"], report["formats"]) == (5, 1, {"text": 5})
    assert {name: report["fields"][name] for name in ("sent", "subject", "references")} == {
        "sent": 5, "subject": 4, "references": 1,
    }  # fmt: skip
    assert [(each["kind"], each["cables"]) for each in report["anomalies"]] == [("encoding", 2), ("date_conflict", 1)]
    [form] = report["anomalies"][0]["forms"]
    assert (form["form"], form["count"]) == ("N line with HTML entities repaired", 2)
    assert [Path(each["path"]).name for each in form["examples"]] == ["3.txt", "4.txt"]
    assert [Path(each["path"]).name for each in report["problems"]] == ["empty.txt"]
    shown = run("parse", "--report", cables).stdout
    assert "5 cables" in shown and "encoding: in 2 of 5 cables" in shown and str(cables / "4.txt") in shown


def test_status_proves_that_the_stores_agree(indexed: Run) -> None:
    report = read(indexed("status", "--check", "--json"))
    assert report["check"]["agree"] is True
    assert (report["cables"], report["files"], report["encoder"]) == (2, 2, "hashing")
    assert "the three stores agree" in indexed("status", "--check").stdout
    assert indexed("status", "--repair").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("ask", ""), "the question has no words", 1),
        (("ask", "Who?", "--since", "soon"), "'soon' is no day", 1),
        (("ask", "Who?", "--post", "Atlantis"), "no post is called 'Atlantis'", 1),
        (("ask", "Who?", "--model", "no-such-model"), "no-such-model", 1),
        (("show", "07ASTANA99"), "no cable '07ASTANA99' is in the archive", 1),
        (("show", "07ASTANA1", "--paragraph", "9"), "has no paragraph 9", 1),
        (("ask",), "Missing argument", 2),
        (("ask", "Who?", "--top-k", "0"), "--top-k", 2),
        (("sing",), "No such command", 2),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(indexed: Run, words: tuple[str, ...], told: str, code: int) -> None:
    result = indexed(*words)
    assert (result.exit_code, told in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [("ask", "Who?"), ("search", "who"), ("show", "07ASTANA1"), ("status",)])
def test_without_an_index_every_command_says_how_to_get_one(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "reftel index PATH" in result.stderr


def test_every_command_has_help() -> None:
    for name, command in main.commands.items():
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0 and command.help


def test_what_is_being_read_is_told_on_a_terminal_and_goes_again(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        yield PassagesFound(Passages(Query(text), (), {}))
        yield SourceOpened(a_passage(1, 4, "07\x1b]0;owned\x07ASTANA1"))
        yield AnswerReady(Answer(Query(text), "not_found", (), (), "scripted", {}))

    monkeypatch.setattr(Assistant, "stream", stream)
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w") as line, monkeypatch.context() as shown:
        shown.setattr(sys, "stderr", line)
        main(["ask", "Who was trained?", "--model", "none"], standalone_mode=False)
        told = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "Reading 07�]0;owned�ASTANA1 ¶4 …" in told and told.rstrip().endswith("\x1b[2K")  # and is wiped away
    assert "Reading" not in capfd.readouterr().out
