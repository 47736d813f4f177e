"""The sample archive and its questions hold together: every citation, quote and reference can be followed."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.collecting import HERE, is_right, read

from index.parse import parse
from index.read import read_file
from index.records import Cable, Message
from qa.assistant import Assistant

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "index" / "sample"
QUESTIONS = ROOT / "qa" / "evaluation" / "sample_questions.jsonl"
KINDS = {"factoid", "descriptive", "list", "multi", "temporal", "metadata", "unanswerable", "false-premise"}
FIELDS = ["id", "question", "kind", "answers", "points", "citations", "quote", "note"]
FILE_NAME = re.compile(r"(?:19)?(?P<year>\d\d)(?P<post>[A-Z]+?)0*(?P<number>\d+)\.txt")
FURNITURE = re.compile(
    r"\s*(?:PAGE \d\d\s.*|UNCLASSIFIED|LIMITED OFFICIAL USE|CONFIDENTIAL|SECRET|NNN"
    r"|[A-Z ]+ \d{8} {2}\d{3}(?:\.\d)? OF \d{3})?\s*"
)


def cable_id_of(path: Path) -> str:
    found = FILE_NAME.fullmatch(path.name)
    assert found, path.name
    return f"{found['year']}{found['post']}{found['number']}"


def fold(text: str) -> str:
    """White space to single blanks, and without the lines that a printer put between two pages."""
    return " ".join(" ".join(line for line in text.splitlines() if not FURNITURE.fullmatch(line)).split())


FILES = {cable_id_of(path): path for path in sorted(SAMPLE.glob("*.txt"))}
GOLD = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
ANSWERED = [question for question in GOLD if question["kind"] != "unanswerable"]


def pieces(question: dict) -> list[str]:
    return question["quote"].split(" || ")


def by_id(questions: list[dict]) -> list:
    return [pytest.param(question, id=question["id"]) for question in questions]


def test_the_archive_has_the_promised_size():
    assert 40 <= len(FILES) <= 60
    assert len({cable_id.strip("0123456789") for cable_id in FILES}) >= 12


def test_the_questions_are_sixty_and_numbered():
    assert [question["id"] for question in GOLD] == [f"s{n:03d}" for n in range(1, 61)]
    assert {question["kind"] for question in GOLD} == KINDS
    assert max(Counter(question["question"] for question in GOLD).values()) == 1


@pytest.mark.parametrize("question", by_id(GOLD))
def test_a_question_has_the_fields_of_the_design(question):
    assert list(question) == FIELDS
    filled = {bool(question[field]) for field in ("answers", "points", "citations", "quote")}
    assert filled == {question["kind"] != "unanswerable"}


def parsed(path: Path) -> Cable:
    (message,) = read_file(path)
    assert isinstance(message, Message), message
    return parse(message)


@pytest.fixture(scope="module")
def cables() -> dict[str, Cable]:
    return {cable_id: parsed(path) for cable_id, path in FILES.items()}


def cited_texts(cable: Cable, where: int | str) -> list[str]:
    """What a citation points at: the paragraphs printed with that number, or the header with the signature."""
    if where in ("header", "signature"):
        return [fold(cable.header_paragraph().text)]
    return [fold(paragraph.text) for paragraph in cable.paragraphs if paragraph.number == where]


def test_every_file_is_parsed_as_the_cable_that_its_name_says(cables):
    assert {cable_id: cable.cable_id for cable_id, cable in cables.items()} == {name: name for name in FILES}
    incomplete = [
        cable.cable_id
        for cable in cables.values()
        if not (cable.header.sent and cable.header.classification and cable.header.subject and cable.header.signer)
    ]
    assert incomplete == []


def test_only_planted_oddities_are_reported(cables):
    assert Counter(anomaly.kind for cable in cables.values() for anomaly in cable.anomalies).keys() <= {
        "numbering",
        "encoding",
        "date_conflict",
        "other",
    }


def test_references_resolve_but_for_some_cables_that_are_not_here(cables):
    references = [reference for cable in cables.values() for reference in cable.header.references]
    assert [reference.text for reference in references if reference.cable_id is None] == []
    named = {reference.cable_id for reference in references}
    assert len(named - FILES.keys()) >= 6
    assert len(named & FILES.keys()) >= 30


@pytest.mark.parametrize("question", by_id(ANSWERED))
def test_every_cited_cable_exists_and_holds_its_quote(question):
    cited = [citation["cable"] for citation in question["citations"]]
    assert [cable_id for cable_id in cited if cable_id not in FILES] == []
    texts = [fold(FILES[cable_id].read_text(encoding="utf-8")) for cable_id in cited]
    assert [piece for piece in pieces(question) if not any(piece in text for text in texts)] == []


@pytest.mark.parametrize("question", by_id(ANSWERED))
def test_the_quote_stands_in_the_cited_paragraphs_and_each_of_them_is_quoted(question, cables):
    cited = {
        (citation["cable"], citation["paragraph"]): cited_texts(cables[citation["cable"]], citation["paragraph"])
        for citation in question["citations"]
    }
    quoted = {
        piece: [key for key, texts in cited.items() if any(piece in t for t in texts)] for piece in pieces(question)
    }
    assert [piece for piece, where in quoted.items() if not where] == []
    assert set(cited) == {key for where in quoted.values() for key in where}


def test_the_planted_instructions_are_there_to_be_ignored(cables):
    planted = {
        cable_id
        for cable_id, cable in cables.items()
        for paragraph in cable.paragraphs
        if re.search(r"ignore (all )?previous instructions", paragraph.text, re.IGNORECASE)
    }
    assert planted == {"78COLOMBO4127", "08PRAIA131"}


@pytest.mark.weights
@pytest.mark.parametrize(("name", "right"), [("sample", 186), ("unseen_sample", 39)])
def test_the_collection_is_asked_after_as_exactly_as_before(
    index_files: Callable[..., object], ask_with: Callable[[], Assistant], name: str, right: int
) -> None:
    index_files(SAMPLE)
    assistant = ask_with()
    assert sum(is_right(assistant, row) for row in read(HERE / "collection" / f"{name}.jsonl")) >= right
