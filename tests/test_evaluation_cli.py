"""`reftel evaluate` and `reftel convert` as a person types them: tables, files, exit codes, known question sets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import HashingEncoder
from making import a_text

from qa.evaluation.questions import read_questions
from ui.cli import main

Run = Callable[..., Result]

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Normans",
            "paragraphs": [
                {
                    "context": "The Normans were people of Normandy, a region in France.",
                    "qas": [
                        {
                            "id": "a1",
                            "question": "In what country is Normandy located? ",
                            "answers": [{"text": "France", "answer_start": 48}] * 2,
                            "is_impossible": False,
                        },
                        {
                            "id": "a2",
                            "question": "Who ruled Normandy in 1999?",
                            "answers": [],
                            "plausible_answers": [{"text": "Normans", "answer_start": 4}],
                            "is_impossible": True,
                        },
                    ],
                },
                {
                    "context": "1. Rollo was their leader.\u2028He was Norse.",
                    "qas": [{"id": "a3", "question": "Who led them?", "answers": [{"text": "Rollo"}]}],
                },
            ],
        },
        {"title": "Normans", "paragraphs": [{"context": "Another article.", "qas": []}]},
    ],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, encoder: HashingEncoder) -> Run:
    for module in ("index.sync", "index.check", "qa.assistant"):
        monkeypatch.setattr(f"{module}.open_encoder", lambda *_: encoder)
    monkeypatch.setenv("REFTEL_ENCODER", "hashing")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def questions(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "1.txt").write_text(
        a_text(1, first="A total of 97 officers were trained.", second="The harvest failed.")
    )
    assert run("index", tmp_path / "1.txt").exit_code == 0
    path = tmp_path / "questions.jsonl"
    cited = [{"cable": "07ASTANA1", "paragraph": 1}]
    lines = [
        {"id": "q1", "question": "How many officers were trained?", "kind": "factoid", "answers": ["97"],
         "citations": cited, "quote": "97 officers"},
        {"id": "q2", "question": "How many officers resigned?", "kind": "factoid", "answers": ["12"],
         "citations": cited, "quote": "98 officers"},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_evaluate_prints_and_stores_a_run(run: Run, questions: Path, home: Path) -> None:
    result = run("evaluate", questions)
    assert result.exit_code == 0, result.output
    assert "2 questions, quoting, no chat model" in result.stdout
    (stored,) = (home / "runs").iterdir()
    assert {file.name for file in stored.iterdir()} == {"run.json", "answers.jsonl"}


def test_the_json_is_the_designs(run: Run, questions: Path) -> None:
    told = json.loads(run("evaluate", questions, "--json").stdout)
    assert {"run", "questions", "measures", "by_kind"} <= set(told)
    assert set(told["measures"]["correct"]) == {"value", "low", "high", "n"}
    assert (told["measures"]["correct"]["value"], told["by_kind"]["factoid"]["correct"]["n"]) == (0.5, 2)


def test_a_stored_run_is_shown_reported_and_compared_without_asking(run: Run, questions: Path, tmp_path: Path) -> None:
    first = json.loads(run("evaluate", questions, "--json").stdout)["run"]
    report = tmp_path / "report.html"
    shown = run("evaluate", "latest", "--report", report, "--compare", first)
    assert shown.exit_code == 0, shown.output
    assert f"run {first}" in shown.stdout and "the same everywhere: correct" in shown.stdout
    assert report.read_text().startswith("<!doctype html>")
    assert run("evaluate", first, "--markdown").stdout.startswith("| measure | meaning | quoting")


@pytest.mark.parametrize(
    ("requirement", "code", "told"),
    [
        ("correct>=0.5", 0, ""),
        ("correct>=0.9", 1, "correct>=0.9 is not met: correct is 0.500 over 2 questions"),
        ("seconds_p95<=600", 0, ""),
        ("declined>=0.9", 1, "declined applied to no question"),
        ("correct", 1, "'correct' is no requirement"),
    ],
)
def test_the_gate_exits_with_1_and_the_reason(
    run: Run, questions: Path, requirement: str, code: int, told: str
) -> None:
    result = run("evaluate", questions, "--require", requirement)
    assert (result.exit_code, told in result.stderr) == (code, True), result.output


def test_check_tells_every_problem_with_its_line(run: Run, questions: Path) -> None:
    result = run("evaluate", questions, "--check")
    assert (result.exit_code, result.stdout) == (1, "2 questions: 1 problems\n")
    assert result.stderr == "line 2 (q2): the quote '98 officers' stands in no cited paragraph\n"
    assert json.loads(run("evaluate", questions, "--check", "--json").stdout)["questions"] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("evaluate", "nothing.jsonl"), "nothing.jsonl: cannot be read"),
        (("evaluate", "{questions}", "--compare", "never"), "no run is called 'never'"),
        (("evaluate", "never"), "no run is called 'never'"),
        (("evaluate", "{questions}", "--resume", "../x"), "is no name of a run"),
        (("evaluate", "{questions}", "--judge", "none"), "there is no chat model to judge"),
        (("evaluate", "{questions}", "--report", "/nowhere/report.html"), "/nowhere/report.html: cannot be written"),
    ],
)
def test_a_mistake_is_one_sentence(run: Run, questions: Path, words: tuple[str, ...], told: str) -> None:
    result = run(*(word.format(questions=questions) for word in words))
    assert (result.exit_code, told in result.stderr) == (1, True), result.output
    assert "Traceback" not in result.output


# ── question sets that people already have ───────────────────────────────────────────────────


def converted(run: Run, source: Path, folder: Path, *more: Any) -> dict[str, Any]:
    result = run("convert", source, folder, *more, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_squad_is_converted_indexed_and_evaluated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(json.dumps(SQUAD))
    told = converted(run, tmp_path / "dev.json", tmp_path / "squad")
    assert (told["cables"], told["questions"]) == (2, 3)
    first, second, third = read_questions(tmp_path / "squad" / "questions.jsonl")
    assert (first.question, first.answers, first.citations) == (
        "In what country is Normandy located?", ("France",), {("squad/1", "1")},
    )  # fmt: skip
    assert (second.kind, second.must_decline) == ("unanswerable", True)
    assert third.citations == {("squad/1", "2")}
    assert run("index", tmp_path / "squad" / "corpus.jsonl").exit_code == 0
    checked = run("evaluate", tmp_path / "squad" / "questions.jsonl", "--check")
    assert checked.stdout == "3 questions: every citation and quote is in the archive\n"
    measured = json.loads(run("evaluate", tmp_path / "squad" / "questions.jsonl", "--json").stdout)["measures"]
    assert (measured["correct"]["n"], measured["recall@5"]["value"]) == (2, 1)
    assert (measured["declined"]["n"], measured["over_declined"]["n"]) == (1, 2)


def beir(folder: Path, relevant: str, name: str = "qrels.tsv") -> Path:
    documents = [("MED-10", "Harvest", "The harvest failed in spring."), ("0012", "Trains", "Delegates came by train.")]
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": each, "title": title, "text": text}) for each, title, text in documents)
    )
    asked = [("1", "failed harvest"), ("2", "delegates on a train"), ("3", "of no relevance")]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps({"_id": each, "text": text}) for each, text in asked))
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(relevant)
    return folder


@pytest.mark.parametrize(
    ("relevant", "name"),
    [
        ("query-id\tcorpus-id\tscore\n1\tMED-10\t2\n2\t0012\t1\n3\t0012\t0\n", "qrels.tsv"),
        ("query-id\tcorpus-id\tscore\n1\tMED-10\t2\n2\t0012\t1\n", "qrels/test.tsv"),
        ("1\t0\tMED-10\t2\n2\tQ0\t0012\t1\n", "qrels/dev.tsv"),
    ],
)
def test_beir_is_converted_indexed_and_ranked_by_whole_cables(
    run: Run, tmp_path: Path, relevant: str, name: str
) -> None:
    told = converted(run, beir(tmp_path / "med", relevant, name), tmp_path / "out")
    assert (told["cables"], told["questions"]) == (2, 2)
    first, second = read_questions(tmp_path / "out" / "questions.jsonl")
    assert (first.citations, first.grades) == ({("med/MED-10", "*")}, {("med/MED-10", "*"): 2})
    assert second.citations == {("med/0012", "*")}
    assert run("index", tmp_path / "out" / "corpus.jsonl").exit_code == 0
    result = run("evaluate", tmp_path / "out" / "questions.jsonl", "--search", "--require", "nDCG@10>=1")
    assert result.exit_code == 0, result.output
    assert "2 questions, search only" in result.stdout and "correct" not in result.stdout


def test_a_slice_of_scifact_is_converted_and_ranked(run: Run, tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "scifact"
    told = converted(run, source, tmp_path / "whole")
    assert (told["cables"], told["questions"]) == (5183, 300)
    kept = read_questions(tmp_path / "whole" / "questions.jsonl")[:20]
    wanted = {cable for gold in kept for cable, _ in gold.citations}
    lines = (tmp_path / "whole" / "corpus.jsonl").read_text().split("\n")
    slice_ = [line for place, line in enumerate(lines) if line and (place < 60 or json.loads(line)["id"] in wanted)]
    (tmp_path / "slice.jsonl").write_text("\n".join(slice_))
    asked = (tmp_path / "whole" / "questions.jsonl").read_text().split("\n")[:20]
    (tmp_path / "asked.jsonl").write_text("\n".join(asked))
    assert run("index", tmp_path / "slice.jsonl").exit_code == 0
    measured = json.loads(run("evaluate", tmp_path / "asked.jsonl", "--search", "--json").stdout)["measures"]
    assert (measured["nDCG@10"]["n"], measured["recall@10"]["value"] > 0.8) == (20, True)


@pytest.mark.parametrize("text", ["no json", "{}", '{"data": [1]}', '{"data": [{"paragraphs": [{}]}]}'])
def test_what_is_no_squad_is_told(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "dev.json").write_text(text)
    result = run("convert", tmp_path / "dev.json", tmp_path / "out")
    assert result.exit_code == 1 and "dev.json: " in result.stderr and "Traceback" not in result.output


def test_a_beir_folder_without_qrels_is_told(run: Run, tmp_path: Path) -> None:
    folder = beir(tmp_path / "med", "", "other.tsv")
    assert "name the file with --qrels" in run("convert", folder, tmp_path / "out").stderr
