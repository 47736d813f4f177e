"""The page under Streamlit's AppTest: real stores, a hashing encoder, the quoting answerer or a scripted one."""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import ui.state
from index.build import Report
from index.embed import Encoder
from index.errors import StoreMismatch
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.records import Answer, AnswerReady, Citation, Event, PassagesFound, Statement

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
    return settle(at.chat_input(key="question").set_value(question).run())


def settle(at: AppTest) -> AppTest:
    """The page once its last turn is finished."""
    turn = at.session_state["talk"].turns[-1]
    while not turn.finished:
        turn.wait_for_news(1)
    return at.run()


def button(at: AppTest, label: str) -> AppTest:
    return next(each for each in at.button if each.label == label).click().run()


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
        {"view": "ask", "link": "?ask="},
        {"view": "ask", "link": "?posts=LAPAZ"},
        {"view": 7},
    ],
)
def test_a_senseless_click_breaks_nothing(opened: Callable[..., AppTest], message: dict[str, Any]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    assert "Who chaired the third Civic Forum?" in shown(click(at, **message))


def test_a_link_clicked_leads_to_the_reading_view_and_back(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    html = shown(click(at, view="page", link="?cable=79LAPAZ3227&paragraph=2"))
    assert "rt-masthead" in html and "rt-chip" not in html
    assert at.query_params == {"cable": "79LAPAZ3227", "paragraph": "2"}
    back = re.search(r'href="\./(\?talk=[^"]+)" data-view="page">← Back to the answer', html)
    assert back and "rt-chip" in shown(click(at, view="page", link=unescape(back[1])))


def test_filters_narrow_the_search(opened: Callable[..., AppTest]) -> None:
    at = opened()
    at.multiselect(key="post").set_value(["LAPAZ"]).run()
    html = shown(ask(at, "When does the conference open?"))
    assert "79LAPAZ3227" in html and "07ASTANA3162" not in html
    assert 'aria-label="Ask without LAPAZ"' in html


def test_filters_changed_after_the_answer_can_be_asked_again(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "When does the conference open?")
    at.multiselect(key="classification").set_value(["CONFIDENTIAL"]).run()
    html = shown(settle(button(at, "Ask again with these filters")))
    assert 'aria-label="Ask without CONFIDENTIAL"' in html and "Earlier in this conversation" in html


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
    assert '<h1>99NOWHERE1</h1><p class="rt-note">There is no cable of this name' in shown(opened(cable="99NOWHERE1"))
    assert "names a paragraph that this cable does not have" in shown(opened(cable="07ASTANA3162", paragraph="77"))
    referred = shown(opened(cable="07STATE147242"))
    assert "this cable refers to it" in referred and "?cable=07ASTANA3162" in referred


def test_earlier_turns_stay_on_the_page_and_a_reload_finds_them(opened: Callable[..., AppTest]) -> None:
    at = ask(ask(opened(), "Who chaired the third Civic Forum?"), "When does the conference open?")
    html = shown(at)
    assert '<h1 class="rt-question" dir="auto">When does the conference open?</h1>' in html
    assert '<h2 dir="auto">Who chaired the third Civic Forum?</h2>' in html
    again = page(talk=str(at.query_params["talk"]))
    assert "Who chaired the third Civic Forum?" in shown(again) and "When does the conference open?" in shown(again)
    assert "rt-question" not in shown(button(again, "Begin a new conversation"))


def test_an_unknown_conversation_falls_back_on_its_question(opened: Callable[..., AppTest]) -> None:
    html = shown(settle(opened(talk="none-such", ask="When does the conference open?", posts="LAPAZ")))
    assert "79LAPAZ3227" in html and 'aria-label="Ask without LAPAZ"' in html


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("?ask=When+does+it+open%3F&since=someday", "is no day"),
        ("?ask=When+does+it+open%3F&classifications=HUSH", "is no classification"),
    ],
)
def test_a_link_that_cannot_be_asked_is_one_plain_sentence(
    opened: Callable[..., AppTest], link: str, said: str
) -> None:
    assert said in shown(click(opened(), view="ask", link=link))


def test_a_follow_up_names_a_cable_and_can_be_asked(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    found = re.search(r'<ul class="rt-next"><li><a href="([^"]+)"', shown(at))
    assert found and "79LAPAZ3227" in found[1]
    assert "79LAPAZ3227" in shown(settle(click(at, view="ask", link=unescape(found[1]))))


def test_a_question_that_follows_another_is_asked_in_full_and_can_be_asked_as_it_stands(
    opened: Callable[..., AppTest],
) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    assert "Asked as" not in shown(at)
    at = ask(at, "when did it open?")
    turn = at.session_state["talk"].turns[-1]
    assert (turn.question, turn.asked) == ("when did it open?", "When did the third Civic Forum open?")
    page_shown = shown(at)
    assert 'Asked as: <span dir="auto">When did the third Civic Forum open?</span>' in page_shown
    link = re.search(r'href="([^"]+)"[^>]*>Ask “when did it open\?” as it stands', page_shown)
    assert link
    at = settle(click(at, link=unescape(link[1]), view="ask"))
    assert at.session_state["talk"].turns[-1].asked == "when did it open?"
    assert "Asked as" not in shown(at)


def test_citations_are_stepped_through(opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        found = self.search(text, **given)
        cited = [Citation(n, "07ASTANA3162", n, n, f"¶{n}", "The", 0, 3) for n in (1, 2)]
        said = tuple(Statement(f"Sentence {each.number}.", (each,), "supported") for each in cited)
        yield PassagesFound(found)
        yield AnswerReady(Answer(found.query, "answered", said, tuple(found), "scripted", {}))

    monkeypatch.setattr(Assistant, "stream", stream)
    at = ask(opened(), "Is it so?")
    assert "Citation 1 of 2" in shown(at)
    after = button(at, "Next")
    assert "Citation 2 of 2" in shown(after) and 'rt-paragraph rt-here" data-ordinal="2"' in shown(after)
    assert [each.disabled for each in after.button if each.label in ("Previous", "Next")] == [False, True]


def test_the_trace_says_what_was_found_and_how(opened: Callable[..., AppTest]) -> None:
    html = shown(ask(opened(), "Who chaired the third Civic Forum?"))
    assert "How this answer came about" in html and "<td>07ASTANA3162 ¶1</td>" in html


def test_an_answer_can_be_taken_away(opened: Callable[..., AppTest]) -> None:
    at = ask(opened(), "Who chaired the third Civic Forum?")
    assert [each.label for each in at.get("download_button")] == ["Markdown", "Word", "BibTeX", "RIS"]
    copied = re.search(r'data-copy="([^"]+)"', shown(at))
    assert copied and "Embassy Astana telegram 3162 to the Department of State, 20 November 2007" in copied[1]


# ── cables and threads ───────────────────────────────────────────────────────────────────────


def visit(at: AppTest, title: str) -> AppTest:
    """Another page of the same session, as its link at the top opens it."""
    at._page_hash = calc_hash(title)
    return at.run()


@pytest.mark.parametrize(
    ("parameters", "seen", "unseen"),
    [
        ({}, ["07ASTANA3162", "79LAPAZ3227", "2 cables"], []),
        ({"posts": "LAPAZ"}, ["79LAPAZ3227", "1 cable<", 'aria-label="Remove La Paz"'], ["?cable=07ASTANA3162"]),
        ({"words": "conference shipping"}, ["79LAPAZ3227", "best match"], ["?cable=07ASTANA3162"]),
        ({"words": "Astana 3162"}, ['Open <a class="rt-link" href="?cable=07ASTANA3162"'], []),
        ({"words": "volcano"}, ["No cable is like that"], ["?cable="]),
        ({"page": "99"}, ["2 cables", "?cable=07ASTANA3162"], []),
    ],
)
def test_browsing(
    opened: Callable[..., AppTest], parameters: dict[str, str], seen: list[str], unseen: list[str]
) -> None:
    html = shown(visit(opened(**parameters), "cables"))
    assert [each for each in seen if each not in html] == []
    assert [each for each in unseen if each in html] == []


def test_the_original_lines_stand_beside_the_reading(opened: Callable[..., AppTest], tmp_path: Path) -> None:
    at = opened(cable="07ASTANA3162", lines="original")
    assert "rt-sides" in shown(at) and "1. Prime Minister Massimov chaired" in shown(at)
    (tmp_path / "07ASTANA3162.txt").write_text("other words", encoding="utf-8")
    assert "The file has changed or gone" in shown(at.run())


def test_a_thread_is_drawn_and_told(opened: Callable[..., AppTest]) -> None:
    at = opened(thread="07STATE147242")
    assert "2 cables, 1 of them not in this archive" in shown(at)
    assert "not in this archive" in at.get("graphviz_chart")[0].proto.spec
    assert "There is no cable 99NOWHERE1" in shown(opened(thread="99NOWHERE1"))


def test_what_the_answers_rest_on(opened: Callable[..., AppTest]) -> None:
    html = shown(visit(ask(opened(), "Who chaired the third Civic Forum?"), "threads"))
    assert "What your answers rest on" in html and 'aria-label="2007: 1"' in html and "Astana" in html


# ── the index ────────────────────────────────────────────────────────────────────────────────


def test_readers_of_a_shared_page_have_no_index_page(opened: Callable[..., AppTest]) -> None:
    assert "Nothing was left out" not in shown(visit(opened(), "index"))


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.state, "is_local", lambda: True)


def test_the_index_page_says_what_there_is(opened: Callable[..., AppTest], keeper: None) -> None:
    at = visit(opened(), "index")
    assert "<dt>cables</dt><dd>2</dd>" in shown(at) and "Nothing was left out" in shown(at)
    assert "The three stores agree." in shown(button(at, "Check that the stores agree"))
