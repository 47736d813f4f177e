"""From question to answer over real stores: passages, filters, drafts, outcomes, and LangChain's door."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, scripted
from langchain_core.callbacks import BaseCallbackHandler
from making import a_text

from index.errors import QueryError, StoreMissing
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.filters import to_filters
from qa.quote import quote_answer
from qa.records import AnswerReady, Filters, Passage, PassagesFound, TextStreamed
from qa.settle import quoted_from

Ask = Callable[..., Assistant]


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(
        a_text(
            1,
            first="A total of 97 officers were trained in Karaganda.",
            second="Prime Minister Massimov chaired the third Civic Forum.",
        ).replace("SUBJECT:", "REF: 07 ASTANA 55\n\nSUBJECT:")
    )
    (folder / "2.txt").write_text(a_text(2, first="The wheat harvest failed.", second="Bread prices rose 12 percent."))
    index_files(folder)


def test_search_finds_the_paragraph(ask_with: Ask) -> None:
    passages = ask_with().search("Who chaired the Civic Forum?", top_k=3)
    first = passages[0]
    assert (first.cable_id, first.ordinal, first.number, first.label) == ("07ASTANA1", 2, 2, "¶2")
    assert [each.rank for each in passages] == [1, 2, 3]
    assert set(first.found_by) == {"dense", "terms"}


def test_a_cable_named_in_the_question_comes_first(ask_with: Ask) -> None:
    passages = ask_with().search("What does Astana 2 say of Karaganda and the officers trained?")
    assert passages[0].cable_id == "07ASTANA2"
    assert "reference" in passages[0].found_by


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), True),
        (Filters(since=date(2007, 11, 20), until=date(2007, 11, 20), posts=("ASTANA",), tags=("KZ",)), True),
        (Filters(since=date(2007, 11, 21)), False),
        (Filters(classifications=("SECRET",)), False),
    ],
)
def test_filters_hold_for_every_passage(ask_with: Ask, filters: Filters, found: bool) -> None:
    answer = ask_with().ask("Who chaired the third Civic Forum?", filters=filters)
    assert bool(answer.passages) is found
    assert answer.outcome == ("answered" if found else "no_match")


def test_what_another_process_indexes_is_found_by_an_assistant_that_was_open_before(
    ask_with: Ask, tmp_path: Path, settings: Settings
) -> None:
    assistant = ask_with()
    assistant.search("the volcano")
    (tmp_path / "cables" / "3.txt").write_text(a_text(3, first="The volcano near the lake erupted."))
    build_elsewhere(tmp_path / "cables", settings.home)
    first = assistant.search("the volcano near the lake erupted")[0]
    assert (first.cable_id, set(first.found_by)) == ("07ASTANA3", {"dense", "terms"})


def build_elsewhere(folder: Path, home: Path) -> None:
    """`reftel index` in another process, with the small encoder."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[3])\n"
        "from pathlib import Path\n"
        "from conftest import HashingEncoder\n"
        "from index.build import build\n"
        "from index.settings import Settings\n"
        "build([Path(sys.argv[1])], Settings(home=Path(sys.argv[2]), encoder='hashing'), encoder=HashingEncoder())\n"
    )
    subprocess.run([sys.executable, "-c", script, folder, home, Path(__file__).parent], check=True, cwd=PROJECT)


def test_a_draft_becomes_cited_and_checked_statements(ask_with: Ask) -> None:
    model = scripted("97 officers were trained in Karaganda [1]. The course cost 300 dollars [1].")
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    (good,), (bad,) = answer.statements, answer.withheld
    (citation,) = good.citations
    assert (answer.outcome, answer.model) == ("answered", "ScriptedChatModel")
    assert (good.text, good.support) == ("97 officers were trained in Karaganda.", "supported")
    assert (citation.cable_id, citation.number) == ("07ASTANA1", 1)
    assert citation.quote == "A total of 97 officers were trained in Karaganda."
    assert bad.support == "unsupported" and "One sentence was withheld" in (answer.notice or "")
    assert [verdict["reasons"] for verdict in answer.trace["verdicts"]] == [[], ["300 is not in the source"]]


def test_the_quoting_answer_is_the_cable_word_for_word(ask_with: Ask) -> None:
    answer = ask_with().ask("How many officers were trained in Karaganda?")
    statement = answer.statements[0]
    (citation,) = statement.citations
    assert answer.model == "none"
    assert statement.text == f"“{citation.quote}”"
    assert "97 officers were trained" in citation.quote


def test_far_off_words_are_quoted_only_of_a_source_that_is_known_to_answer() -> None:
    source = Passage(1, 1.0, "07ASTANA1", 1, 1, "¶1", None, "ASTANA", None, None, "Rooms were lent by an academy.")
    question = "What became of the sugar ships off Tampico?"
    assert quote_answer(question, [source]) == ()
    (quoted,) = quoted_from(1, question, [source])
    assert quoted.text == "“Rooms were lent by an academy.”"
    assert quoted_from(1, "How much did the sugar cost?", [source]) == ()  # there is no amount in it


def test_a_stretch_without_what_is_sought_is_not_quoted() -> None:
    near = "The Anti-TIP Center in Karaganda trains police officers and is known for its courses."
    text = (
        f"{near} Rooms were lent by an academy. {'It opened in spring. ' * 40}The Center has seen 97 police officers."
    )
    source = Passage(1, 1.0, "07ASTANA1", 1, 1, "¶1", None, "ASTANA", None, None, text)
    (told,) = quote_answer("What is the Anti-TIP Center in Karaganda known for?", [source])
    (counted,) = quote_answer("How many police officers did the Anti-TIP Center train?", [source])
    assert near in told.text and "97" not in told.text
    assert near not in counted.text and "97" in counted.text


def test_events_come_in_order_and_the_last_is_the_answer(ask_with: Ask) -> None:
    assistant = ask_with(scripted("97 were trained [1].", "97 were trained [1]."))
    events = list(assistant.stream("How many officers were trained?"))
    assert isinstance(events[0], PassagesFound) and isinstance(events[-1], AnswerReady)
    assert "".join(each.text for each in events[1:-1] if isinstance(each, TextStreamed)) == "97 were trained [1]. "
    assert events[-1].answer.statements == assistant.ask("How many officers were trained?").statements


@pytest.mark.parametrize(
    ("question", "draft", "reading", "outcome"),
    [
        ("How many officers were trained?", "97 officers were trained [1].", "Yes", "answered"),
        ("How many officers were trained?", "97 officers were trained [1].", "No", "not_found"),
        ("How many officers were trained?", "500 horses were bought [1].", "No", "not_found"),
        ("How many officers were trained?", "500 horses were bought [1].", "Yes", "answered"),  # in the cable's words
        ("How many officers were trained?", "", "Yes", "not_found"),
        ("What does 07ASTANA55 say?", "97 officers were trained [1].", "Yes", "missing_reference"),
    ],
)
def test_outcomes(ask_with: Ask, question: str, draft: str, reading: str, outcome: str) -> None:
    answer = ask_with(scripted(draft, reading=reading)).ask(question)
    assert "500" not in answer.text
    assert answer.outcome == outcome
    assert bool(answer.statements) == (outcome == "answered")
    assert bool(answer.notice) == (outcome != "answered" or "500" in draft)


@pytest.mark.parametrize("question", ["", "   \n", "x" * 2001])
def test_a_question_that_is_none_is_one_sentence(ask_with: Ask, question: str) -> None:
    with pytest.raises(QueryError):
        ask_with().ask(question)


def test_no_index_is_one_sentence_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="reftel index PATH"):
        open_assistant(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"since": "1974"}, Filters(since=date(1974, 1, 1))),
        ({"until": "1974"}, Filters(until=date(1974, 12, 31))),
        ({"until": "1976-02"}, Filters(until=date(1976, 2, 29))),
        ({"since": "1974-03-05"}, Filters(since=date(1974, 3, 5))),
        ({"posts": ["Astana"]}, Filters(posts=("ASTANA",))),
        ({"posts": ["amembassy la paz"]}, Filters(posts=("LAPAZ",))),
        ({"tags": ["pgov"]}, Filters(tags=("PGOV",))),
        ({"classifications": ["secret", "lou"]}, Filters(classifications=("SECRET", "LIMITED OFFICIAL USE"))),
        ({"cables": ["2007 ASTANA 00001"]}, Filters(cables=("07ASTANA1",))),
    ],
)
def test_filters_are_understood_as_people_write_them(ask_with: Ask, given: dict[str, Any], expected: Filters) -> None:
    assert to_filters(ask_with().catalog, **given) == expected


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"since": "yesterday"}, "write 1974"),
        ({"since": "1974-02-30"}, "write 1974"),
        ({"since": "1975", "until": "1974"}, "exchange"),
        ({"posts": ["Atlantis"]}, "no post is called 'Atlantis'"),
        ({"classifications": ["HUSH"]}, "choose UNCLASSIFIED"),
        ({"tags": ["XXXX"]}, "no TAG is called 'XXXX'"),
        ({"cables": ["nonsense"]}, "no cable is called 'nonsense'"),
        ({"cables": ["99LIMA12"]}, "99LIMA12 is not in the archive"),
        ({"cables": ["\udcff"]}, "no cable is called ''"),
    ],
)
def test_filters_that_cannot_be_meant_are_refused(ask_with: Ask, given: dict[str, Any], told: str) -> None:
    with pytest.raises(QueryError, match=told):
        to_filters(ask_with().catalog, **given)


class Steps(BaseCallbackHandler):
    def __init__(self) -> None:
        self.names: list[str] = []

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.names.append(kwargs.get("name") or "")

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        self.names.append("chat")


def test_the_chain_is_a_runnable_whose_callbacks_see_every_step(ask_with: Ask) -> None:
    steps = Steps()
    chain = ask_with(scripted("97 officers were trained [1].")).chain
    answer = chain.invoke("How many officers were trained?", {"callbacks": [steps]})
    assert answer.outcome == "answered"
    assert steps.names == ["AnswerChain", "understand", "retrieve", "rerank", "chat", "conclude", "chat"]


def test_the_chain_batches_streams_and_runs_async(ask_with: Ask) -> None:
    chain = ask_with().chain
    question = "How many officers were trained in Karaganda?"
    asked = {"question": question, "filters": Filters(posts=("ASTANA",)), "top_k": 2}
    expected = chain.invoke(question).statements

    async def events() -> list[Any]:
        return [event async for event in chain.astream(question)]

    assert [each.statements for each in chain.batch([question, asked])] == [expected, expected]
    assert len(chain.invoke(asked).passages) == 2
    assert asyncio.run(chain.ainvoke(question)).statements == expected
    streamed = asyncio.run(events())
    assert [type(each) for each in streamed] == [PassagesFound, AnswerReady]
    assert streamed[-1].answer.statements == expected


def test_answers_and_passages_print_the_contract(ask_with: Ask) -> None:
    assistant = ask_with(scripted("97 officers were trained [1]."))
    answer, passages = (
        assistant.ask("How many officers were trained?").to_dict(),
        assistant.search("officers").to_dict(),
    )
    assert {"question", "outcome", "text", "statements", "passages", "model", "seconds"} <= set(answer)
    assert set(answer["seconds"]) == {"understand", "retrieve", "first_token", "answer", "verify", "total"}
    assert {"cable_id", "ordinal", "number", "quote", "start", "end"} <= set(answer["statements"][0]["citations"][0])
    assert set(passages) == {"query", "widened", "passages", "seconds"}
    assert {
        "rank", "score", "cable_id", "ordinal", "number", "sent", "origin", "subject", "classification", "text",
        "found_by",
    } <= set(passages["passages"][0])  # fmt: skip
