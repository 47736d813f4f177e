"""The page under Streamlit's AppTest: real stores, a hashing encoder, the quoting answerer or a scripted one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

import ui.state
from index.build import Report
from index.embed import Encoder
from index.errors import ChatUnavailable, StoreMismatch
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.records import Answer, AnswerReady, Event, PassagesFound, Statement, TextStreamed

APP = str(Path(ui.state.__file__).with_name("app.py"))

CABLES = {
    "07ASTANA3162": (
        "UNCLAS ASTANA 003162",
        "KCRM, KZ",
        "CIVIC FORUM",
        ["Prime Minister Massimov chaired the third Civic Forum in October.", "The forum lasted <b>two</b> $days$."],
    ),
    "79LAPAZ3227": (
        "C O N F I D E N T I A L LA PAZ 003227",
        "OCON, BL",
        "ECLA CONFERENCE",
        ["The conference on shipping opens in La Paz in April.", "Delegates arrive by train."],
    ),
}


def raw(cable_id: str) -> str:
    level, tags, subject, paragraphs = CABLES[cable_id]
    day = "O 201158Z NOV 07" if cable_id.startswith("07") else "O 112210Z APR 79"
    station = "ASTANA" if "ASTANA" in cable_id else "LA PAZ"
    body = "\n\n".join(f"{number}. {text}" for number, text in enumerate(paragraphs, start=1))
    head = f"{day}\nFM AMEMBASSY {station}\nTO SECSTATE WASHDC IMMEDIATE 1220\n\n{level}\n\nE.O. 12958: N/A\n"
    return f"{head}TAGS: {tags}\nSUBJECT: {subject}\nREF: STATE 147242\n\n{body}\n\nORDWAY\n"


@pytest.fixture
def opened(
    tmp_path: Path,
    index_files: Callable[..., Report],
    settings: Settings,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., AppTest]]:
    """An archive of two cables; call it for the page over it."""
    for cable_id in CABLES:
        (tmp_path / f"{cable_id}.txt").write_text(raw(cable_id), encoding="utf-8")
    index_files(*tmp_path.glob("*.txt"))
    monkeypatch.setattr(ui.state, "open_assistant", lambda _: open_assistant(settings=settings, encoder=encoder))
    yield page
    st.cache_resource.clear()


def page(**parameters: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=20)
    for name, value in parameters.items():
        at.query_params[name] = value
    return at.run()


def shown(at: AppTest) -> str:
    """All HTML on the page but its style sheet."""
    assert not at.exception
    return "\n".join(each.value for each in at.get("html") if "<style>" not in each.value)


def ask(at: AppTest, question: str) -> AppTest:
    at.chat_input(key="question").set_value(question).run()
    if turn := at.session_state["turn"]:
        while not turn.finished:
            turn.wait_for_news(1)
    return at.run()


def click(at: AppTest, **message: Any) -> AppTest:
    """What the browser sends when a link is clicked."""
    component = at.get("bidi_component")[0].proto.id
    states = at._tree.get_widget_states()
    payload = json.dumps([{"event": "opened", "value": message}])
    states.widgets.append(WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{component}__events", json_trigger_value=payload))
    return at._run(states)


def test_no_index_says_the_command() -> None:
    assert "reftel index" in shown(page())


def test_an_error_is_one_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> Assistant:
        raise StoreMismatch("built with another encoder; index again.")

    monkeypatch.setattr(ui.state, "open_assistant", broken)
    html = shown(page())
    assert 'role="alert">built with another encoder; index again.' in html


def test_before_the_first_question(opened: Callable[..., AppTest]) -> None:
    html = shown(opened())
    assert "2 cables from 2 posts, 1979 to 2007" in html
    assert "<code>reftel model fetch</code>" in html


def test_an_answer_has_chips_passages_and_its_source(opened: Callable[..., AppTest]) -> None:
    html = shown(ask(opened(), "Who chaired the third Civic Forum?"))
    assert "Massimov chaired the third Civic Forum" in html
    assert 'class="rt-chip" href="?cable=07ASTANA3162&amp;paragraph=1"' in html
    assert 'class="rt-passage" href="?cable=07ASTANA3162&amp;paragraph=1"' in html
    assert "<mark>Prime Minister Massimov chaired the third Civic Forum in October.</mark>" in html


def test_a_click_opens_the_paragraph_beside_the_answer(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    html = shown(click(at, view="pane", place={"cable": "79LAPAZ3227", "ordinal": 2, "start": 0, "end": 9}))
    assert "<mark>Delegates</mark> arrive by train." in html
    assert "Who chaired the third Civic Forum?" in html


@pytest.mark.parametrize(
    "message",
    [
        {"view": "pane", "place": {"cable": "99NOWHERE1", "ordinal": 1}},
        {"view": "pane", "place": {"cable": "07ASTANA3162", "ordinal": 99, "start": 5, "end": 2}},
        {"view": "pane", "place": "07ASTANA3162"},
        {"view": "page", "link": None},
        {"view": 7},
    ],
)
def test_a_senseless_click_breaks_nothing(opened: Callable[..., AppTest], message: dict[str, Any]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    assert "Who chaired the third Civic Forum?" in shown(click(at, **message))


def test_a_link_clicked_leads_to_the_reading_view_and_back(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    html = shown(click(at, view="page", link={"cable": "79LAPAZ3227", "paragraph": "2", "other": "x"}))
    assert "rt-masthead" in html and "rt-chip" not in html
    assert at.query_params == {"cable": "79LAPAZ3227", "paragraph": "2"}
    at.button[0].click().run()
    assert "rt-chip" in shown(at)


def test_filters_narrow_the_search(opened: Callable[..., AppTest]) -> None:
    at = opened()
    at.multiselect(key="post").set_value(["LAPAZ"]).run()
    html = shown(ask(at, "When does the conference open?"))
    assert "79LAPAZ3227" in html and "07ASTANA3162" not in html
    assert '<ul class="rt-limits" aria-label="Filters"><li>LAPAZ</li></ul>' in html


def test_filters_changed_after_the_answer_can_be_asked_again(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "When does the conference open?")
    at.multiselect(key="classification").set_value(["CONFIDENTIAL"]).run()
    at.button[0].click().run()
    assert "<li>CONFIDENTIAL</li>" in shown(at)


def test_filters_that_nothing_passes(opened: Callable[..., AppTest]) -> None:
    at = opened()
    at.multiselect(key="post").set_value(["LAPAZ"])
    at.multiselect(key="tags").set_value(["KZ"]).run()
    html = shown(ask(at, "When does the conference open?"))
    assert "rt-declined" in html and "Loosen a filter" in html and "rt-chip" not in html


@pytest.mark.parametrize("asked", ["07ASTANA3162", "2007ASTANA03162", "Astana 3162"])
def test_a_link_opens_a_cable_in_any_spelling(opened: Callable[..., AppTest], asked: str) -> None:
    html = shown(opened(cable=asked, paragraph="2"))
    assert "CIVIC FORUM" in html and "AMEMBASSY ASTANA" in html and "ORDWAY" in html
    assert 'class="rt-paragraph rt-here" data-ordinal="2"' in html
    assert "The forum lasted &lt;b&gt;two&lt;/b&gt; $days$." in html
    assert "07STATE147242 <small>not in this archive</small>" in html


def test_a_link_to_what_is_not_there(opened: Callable[..., AppTest]) -> None:
    assert "There is no cable 99NOWHERE1 in this archive" in shown(opened(cable="99NOWHERE1"))
    assert "names a paragraph that this cable does not have" in shown(opened(cable="07ASTANA3162", paragraph="77"))
    referred = shown(opened(cable="07STATE147242"))
    assert "these cables refer to it" in referred and "?cable=07ASTANA3162" in referred


def test_support_is_shown_and_streamed_words_give_way_to_chips(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        found = self.search(text, **given)
        yield PassagesFound(found)
        yield TextStreamed("It is so [1].")
        statements = (Statement("It is so.", (), "partly"), Statement("It is not.", (), "unsupported"))
        yield AnswerReady(Answer(found.query, "answered", statements, tuple(found), "scripted", {"total": 1.0}))

    monkeypatch.setattr(Assistant, "stream", stream)
    html = shown(ask(opened(), "Is it so?"))
    assert "◐ partly supported" in html and "○ not supported by its source" in html
    assert "Written by scripted · 1.0 s · 2 of 2 sentences not fully supported" in html
    assert "[1]" not in html


def test_an_error_while_answering_keeps_the_passages(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        yield PassagesFound(self.search(text, **given))
        raise ChatUnavailable("the chat model does not reply; try again.")

    monkeypatch.setattr(Assistant, "stream", stream)
    html = shown(ask(opened(), "Who chaired the third Civic Forum?"))
    assert 'role="alert">the chat model does not reply; try again.' in html
    assert "rt-passage" in html
