"""The Evaluation page: runs browsed and compared, questions opened, asked again and marked; in a browser too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from making import a_text
from playwright.sync_api import expect
from serving import chromium, needs_chromium, served, visitor
from streamlit.testing.v1 import AppTest
from test_page import button, page, shown, visit

import ui.state
from index.embed import Encoder
from index.settings import Settings
from qa.assistant import open_assistant
from qa.evaluation.marks import marked_path
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.evaluation.runs import evaluate

TRAINED = "A total of 97 officers were trained."
HARVEST = "The harvest failed on <b>both</b> banks."
CITED = frozenset({("07ASTANA1", "1")})
QUESTIONS = [
    GoldQuestion("q1", "How many officers were trained?", "factoid", ("97",), ("97 officers",), CITED),
    GoldQuestion("q2", "How many officers resigned?", "factoid", ("12",), (), CITED),
    GoldQuestion("q3", "Who bought the harvest?", "unanswerable"),
]


@pytest.fixture
def opened(
    tmp_path: Path,
    index_files: Callable[..., Any],
    settings: Settings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], AppTest]]:
    """The page over an archive of one cable."""
    (tmp_path / "1.txt").write_text(a_text(1, first=TRAINED, second=HARVEST))
    index_files(tmp_path / "1.txt")
    monkeypatch.setattr(ui.state, "open_assistant", lambda _: open_assistant(settings=settings, encoder=encoder))
    monkeypatch.setattr(ui.state, "is_local", lambda: True)
    yield lambda: visit(page(), "evaluation")
    st.cache_resource.clear()


@pytest.fixture
def runs(opened: Callable[[], AppTest], settings: Settings, encoder: Encoder) -> None:
    """Two runs; in the later one the gold of q2 is 97, so that it got better."""
    with open_assistant(settings=settings, encoder=encoder) as assistant:
        evaluate(assistant, QUESTIONS, name="first", file="questions.jsonl")
        again = [QUESTIONS[0], GoldQuestion("q2", QUESTIONS[1].question, "factoid", ("97",), (), CITED), QUESTIONS[2]]
        evaluate(assistant, again, name="second", file="questions.jsonl")


def choose(at: AppTest, key: str, value: str | None) -> AppTest:
    return at.selectbox(key=key).set_value(value).run()


def test_without_a_run_the_page_says_how_to_get_one(opened: Callable[[], AppTest]) -> None:
    assert "<code>reftel evaluate QUESTIONS</code>" in shown(opened())


def test_readers_who_are_no_keepers_have_no_such_page(
    opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.state, "is_local", lambda: False)
    assert "reftel evaluate" not in shown(opened())


@pytest.mark.usefixtures("runs")
def test_the_newest_run_is_shown_with_its_measures_and_questions(opened: Callable[[], AppTest]) -> None:
    at = opened()
    html = shown(at)
    assert "questions.jsonl" in html and "3 questions, quoting, no chat model" in html
    assert '<th scope="row">correct<i' in html and "<td>1.000</td>" in html
    assert "3 of 3 questions" in html and "should have declined" in html
    assert at.get("download_button")[0].proto.label == "Download the report"


@pytest.mark.usefixtures("runs")
def test_questions_are_filtered_by_kind_verdict_and_words(opened: Callable[[], AppTest]) -> None:
    at = choose(opened(), "run", "first")
    assert "2 of 3 questions" in shown(choose(at, "verdict", "failed"))
    assert "1 of 3 questions" in shown(choose(at, "kind", "unanswerable"))
    choose(at, "kind", None)
    choose(at, "verdict", None)
    assert "1 of 3 questions" in shown(at.text_input(key="asked_words").set_value("resigned").run())


@pytest.mark.usefixtures("runs")
def test_two_runs_are_compared_question_by_question(opened: Callable[[], AppTest]) -> None:
    html = shown(choose(opened(), "other", "first"))
    assert "3 questions in both; made with another: questions" in html
    assert "no more than noise (p = 1.000)" in html
    assert "<b>correct better</b>" in html


@pytest.mark.usefixtures("runs")
def test_a_question_is_opened_and_can_be_asked_again(opened: Callable[[], AppTest]) -> None:
    html = shown(opened().toggle(key="open second q1").set_value(True).run())
    assert "97 officers were trained" in html and "<li>97 officers</li>" in html
    assert 'href="./?ask=How+many+officers+were+trained%3F"' in html
    assert "&lt;b&gt;both&lt;/b&gt;" in html


@pytest.mark.usefixtures("runs")
def test_an_answer_is_marked_and_becomes_a_gold_question(opened: Callable[[], AppTest], home: Path) -> None:
    at = opened().toggle(key="open second q2").set_value(True).run()
    at.radio(key="verdict second q2").set_value("wrong source")
    at.text_input(key="accepted second q2").set_value("nobody; none")
    at.text_input(key="places second q2").set_value("Astana 1 2")
    assert "Kept in" in shown(button(at, "Keep as a gold question"))
    (kept,) = read_questions(marked_path(home))
    assert (kept.question, kept.answers) == ("How many officers resigned?", ("nobody", "none"))
    assert (kept.citations, kept.rejected_citations) == ({("07ASTANA1", "2")}, CITED)


@pytest.mark.usefixtures("runs")
def test_a_mark_with_a_wrong_place_is_one_plain_sentence(opened: Callable[[], AppTest], home: Path) -> None:
    at = opened().toggle(key="open second q2").set_value(True).run()
    at.radio(key="verdict second q2").set_value("wrong")
    at.text_input(key="places second q2").set_value("Astana 9 2")
    assert "is no paragraph of the archive; write it as" in shown(button(at, "Keep as a gold question"))
    assert not marked_path(home).exists()


@pytest.mark.browser
@needs_chromium
def test_a_run_is_read_and_a_question_asked_again_in_a_browser(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(a_text(1, first=TRAINED, second=HARVEST))
    home = tmp_path / "home"
    with served(home, [tmp_path / "1.txt"]) as address, chromium() as browser:
        with open_assistant(home, chat_model="none") as assistant:
            evaluate(assistant, QUESTIONS, name="first", file="questions.jsonl")
        with visitor(browser, address) as reading:
            reading.goto(address)
            reading.get_by_role("link", name="Evaluation").click()
            expect(reading.locator(".rt-measures")).to_contain_text("citation_precision", timeout=30_000)
            reading.get_by_text("Open", exact=True).first.click()
            expect(reading.locator(".rt-said")).to_contain_text("97 officers were trained")
            reading.get_by_role("link", name="Ask it again").click()
            expect(reading.locator(".rt-answer").first).to_contain_text("97 officers were trained", timeout=30_000)
