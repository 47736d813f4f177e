"""What the catalog answers itself: facts of a head, word for word from its lines, and lists of cables."""

import shutil
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import index_once, scripted
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import BaseMessage
from test_one_by_one import NO, YES, WeighingModel, weighing
from test_search import a_cable

from index.records import Authority
from prompts import load_prompt
from qa.assistant import FROM_CATALOG, QUOTING, Assistant
from qa.header import header_statements
from qa.meant import LEAST_WEIGHT, NONE_MEANT, ODDS_WEIGHT, SURE_WEIGHT, doubt, is_meant, near_cables
from qa.records import AnswerReady, PassagesFound, SourceOpened
from qa.understand import understand

Ask = Callable[..., Assistant]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cables")
    for number in range(1, 13):
        text = a_cable(number)
        if number == 3:
            text = text.replace("SUBJECT:", "REF: (A) LIMA 2; (B) STATE 4711\nSUBJECT:")
            text = text.replace("FM AMEM", "DRAFTED BY ARA/BC:PTAYLOR\nAPPROVED BY ARA:WKNEPPER\nFM AMEM", 1)
        if number == 9:
            text = text.replace("SUBJECT:", "REF: LIMA 7\nSUBJECT:")
            text = text.replace("TO SECSTATE WASHDC", "TO SECSTATE WASHDC NIACT IMMEDIATE 1887")
        if number == 12:
            text = text.replace("E.O. 12065: N/A", "E.O. 12065: GDS 10/21/84 (STEDMAN, WILLIAM P.) OR-M")
        (folder / f"{number}.txt").write_text(text)
    return index_once(folder, tmp_path_factory)


@pytest.fixture(autouse=True)
def archive(home: Path, indexed: Path) -> None:
    shutil.copytree(indexed, home)


@pytest.mark.parametrize(
    ("question", "said", "line"),
    [
        ("Who signed La Paz 3?", "74LAPAZ3 is signed BREWIN.", "Signed: BREWIN"),
        ("When was the cable La Paz 3 sent?", "sent on 18 April 1974 at 12:00 UTC.", "R 181200Z APR 74"),
        ("What classification does La Paz 3 carry?", "is classified UNCLASSIFIED.", "UNCLAS LA PAZ 3"),
        ("How was the cable Astana 2 classified?", "is classified SECRET.", "S E C R E T ASTANA 2"),
        ("What caption does La Paz 3 carry?", "74LAPAZ3 carries EXDIS.", "EXDIS"),
        ("Under which TAGS was La Paz 3 filed?", "TAGS EAID, PE: Foreign", "TAGS: EAID, PE"),
        ("What does the cable La Paz 3 refer to?", "A) LIMA 2", "REF: (A) LIMA 2; (B) STATE 4711"),
        ("To whom was the cable La Paz 3 addressed?", "for action to SECSTATE WASHDC.", "TO SECSTATE WASHDC"),
        ("Which embassies were sent copies of the cable La Paz 3?", "AMEMBASSY LIMA", "INFO AMEMBASSY LIMA"),
        ("What is the precedence of La Paz 3?", "74LAPAZ3 was sent ROUTINE.", "R 181200Z APR 74"),
        ("How urgent was La Paz 9?", "To SECSTATE WASHDC it went NIACT IMMEDIATE.", "WASHDC NIACT IMMEDIATE 1887"),
        ("Who classified the cable La Paz 12?", "was classified by STEDMAN, WILLIAM P.", "(STEDMAN, WILLIAM P.)"),
        ("Who classified La Paz 3?", "names nobody who classified it", "FM AMEMBASSY LA PAZ"),
        ("What is the subject line of La Paz 3?", "TIN STRIKE NUMBER 3", "SUBJECT: TIN STRIKE NUMBER 3"),
        ("Who drafted the cable La Paz 3?", "drafted by ARA/BC:PTAYLOR.", "DRAFTED BY ARA/BC:PTAYLOR"),
        (
            "Which references does La Paz 6 have on the REF line?",
            "names no reference in its head",
            "FM AMEMBASSY LA PAZ",
        ),
    ],
)
def test_a_fact_of_the_head_is_told_from_the_catalog(ask_with: Ask, question: str, said: str, line: str) -> None:
    model = scripted("Nobody knows.")
    answer = ask_with(model).ask(question)
    assert (answer.outcome, answer.model, model.asked) == ("answered", "catalog", [])
    assert said in answer.text
    citations = [citation for statement in answer.statements for citation in statement.citations]
    assert {citation.ordinal for citation in citations} == {0}
    assert any(line in citation.quote for citation in citations)
    for citation in citations:
        source = answer.passages[citation.marker - 1]
        assert source.text[citation.start : citation.end] == citation.quote and citation.quote


def test_the_cable_may_be_told_by_its_day_and_post(ask_with: Ask) -> None:
    answer = ask_with().ask("Whose name closes the La Paz cable of 18 April 1974 on the tin strike?")
    assert answer.text == "74LAPAZ3 is signed BREWIN."


def test_where_a_cited_message_came_from_is_not_where_the_cable_did(ask_with: Ask) -> None:
    answer = ask_with().ask("Which earlier message from Lima does the La Paz cable of 18 April 1974 cite?")
    assert answer.text.startswith("74LAPAZ3 refers to A) LIMA 2")


def test_of_cables_alike_the_one_that_has_the_fact_is_meant(ask_with: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.direct.NEAR", 0.6)
    assistant = ask_with()
    asked = "When is the La Paz telegram on the tin strike to be declassified?"
    assert assistant.search(asked)[0].cable_id == "74LAPAZ6"
    assert [each.text for each in assistant.ask(asked).statements] == [
        "75LAPAZ12 stands under Executive Order 12065.",
        "It is to be declassified on 21 October 1984.",
    ]


def test_the_cable_that_the_chat_model_takes_for_the_one_spoken_of_is_meant(ask_with: Ask) -> None:
    asked = "Who signed the telegram on the tin strike?"
    assistant = ask_with()
    found, *near = near_cables(assistant.search(asked, top_k=40), assistant.catalog)
    meant = near[-1].cable_id
    assert found.cable_id != meant
    *events, last = ask_with(weighing(answers_in=(f"{meant} ",))).stream(asked)
    assert isinstance(last, AnswerReady) and last.answer.model == FROM_CATALOG
    assert [each.cable_id for each in last.answer.passages[:1]] == [meant]
    assert [each.rank for each in last.answer.passages] == [*range(1, len(last.answer.passages) + 1)]
    assert last.answer.text.startswith(f"{meant} is signed")
    weighed = last.answer.trace["cables_weighed"]
    assert max(weighed, key=lambda cable_id: weighed[cable_id]["weight"]) == meant
    opened = [each.passage.cable_id for each in events if isinstance(each, SourceOpened)]
    assert opened == [found.cable_id, *(each.cable_id for each in near)] and set(opened) == set(weighed)
    assert isinstance(events[0], PassagesFound)


def test_where_another_cable_may_be_meant_that_is_told(ask_with: Ask) -> None:
    answer = ask_with().ask("Who signed the telegram on the tin strike?")
    chosen, *others = answer.trace["cables_weighed"]
    assert answer.text.startswith(f"{chosen} is signed")
    assert (
        answer.notice
        == f"Which cable is meant is not certain: {', '.join(others[:-1])} or {others[-1]} may be as well."
    )
    assert ask_with().ask("Who signed La Paz 3?").notice is None


def test_without_a_chat_model_or_with_one_that_fails_the_same_cable_is_meant(ask_with: Ask) -> None:
    asked = "Who signed the telegram on the tin strike?"
    plain, failing = ask_with().ask(asked), ask_with(weighing(fails=True)).ask(asked)
    assert plain.statements == failing.statements != () and plain.trace == failing.trace


@pytest.mark.parametrize("chat_model", [None, weighing(answers_in=("nothing",))], ids=["without", "with"])
@pytest.mark.parametrize(
    "asked",
    [
        "Who signed the telegram on the Vatican's mediation over the Beagle Channel?",
        "From which embassy did Varga send his report on the Danube ferry?",
        "When was the cable about the kidnapping of Consul Spielberg sent?",
    ],
)
def test_where_the_archive_does_not_hold_the_cable_meant_that_is_told(
    ask_with: Ask, asked: str, chat_model: Any
) -> None:
    answer = ask_with(chat_model).ask(asked)
    assert (answer.outcome, answer.statements, answer.notice) == ("not_found", (), NONE_MEANT)
    assert answer.passages and answer.trace["cables_weighed"]


@pytest.mark.parametrize(
    ("weight", "told"), [(SURE_WEIGHT, None), (LEAST_WEIGHT, "It is not certain that this is the cable meant.")]
)
def test_where_the_only_cable_near_is_less_than_sure_that_is_told(
    ask_with: Ask, weight: float, told: str | None
) -> None:
    assistant = ask_with()
    near, *_ = near_cables(assistant.search("Who signed the telegram on the tin strike?", top_k=40), assistant.catalog)
    alone = replace(near, odds=near.odds + (weight + 0.01 - near.weight) / ODDS_WEIGHT)
    assert is_meant(alone) and doubt([alone], alone.cable_id) == told
    assert not is_meant(replace(alone, odds=alone.odds - (weight + 0.02 - LEAST_WEIGHT) / ODDS_WEIGHT))


def test_the_only_cable_that_is_as_the_question_says_is_meant(ask_with: Ask) -> None:
    answer = ask_with().ask("Which TAGS has the La Paz cable of 18 April 1974?")
    assert answer.text.startswith("74LAPAZ3 is filed under the TAGS EAID, PE")


def test_the_only_cable_of_that_day_is_doubted_where_it_names_nothing_of_the_matter(ask_with: Ask) -> None:
    answer = ask_with().ask("Who signed the La Paz cable of 18 April 1974 on Aliyev's flight from Kashagan to Vienna?")
    assert answer.trace["cables_weighed"]["74LAPAZ3"]["unnamed"] > 0
    assert answer.notice == "It is not certain that this is the cable meant."


class KnowsTheCable(WeighingModel):
    """Sees no answer in any paragraph, and says yes where it is asked which cable is meant."""

    def first_words(self, messages: list[BaseMessage]) -> Mapping[str, float]:
        return YES if messages[-1].text.endswith(load_prompt("meant").text) else NO


MAYBE_OF_A_HEAD = "By whom was the account of tin strike number 3 signed?"


def test_where_no_paragraph_answers_what_may_be_asked_of_a_head_it_is_told_from_there(ask_with: Ask) -> None:
    assert not understand(MAYBE_OF_A_HEAD, ask_with().catalog).asks
    answer = ask_with(KnowsTheCable(replies=deque(), asked=[])).ask(MAYBE_OF_A_HEAD)
    assert (answer.model, answer.text) == (FROM_CATALOG, "74LAPAZ3 is signed BREWIN.")
    assert {"understand", "retrieve", "answer", "verify", "total"} <= answer.seconds.keys()


def test_what_may_be_asked_of_a_head_is_quoted_where_a_paragraph_answers(ask_with: Ask) -> None:
    answer = ask_with().ask(MAYBE_OF_A_HEAD)
    assert (answer.outcome, answer.model) == ("answered", QUOTING)


def test_where_no_head_is_meant_either_the_cables_do_not_say(ask_with: Ask) -> None:
    answer = ask_with(weighing(answers_in=("nothing",))).ask(MAYBE_OF_A_HEAD)
    assert (answer.outcome, answer.statements) == ("not_found", ()) and answer.notice != NONE_MEANT
    assert answer.trace["readings"]


def test_a_cable_named_by_its_id_is_not_looked_for(ask_with: Ask) -> None:
    model = weighing(answers_in=("74LAPAZ6 ",))
    *events, last = ask_with(model).stream("Who signed La Paz 3?")
    assert isinstance(last, AnswerReady) and last.answer.text == "74LAPAZ3 is signed BREWIN."
    assert not [each for each in events if isinstance(each, SourceOpened)]


def test_a_cable_removed_since_it_was_found_has_no_head(ask_with: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = ask_with()
    monkeypatch.setattr("index.catalog.Catalog.get", lambda *_: None)
    answer = assistant.ask("When was the cable on the tin strike sent?")
    assert (answer.outcome, answer.statements) == ("not_found", ())


def test_of_several_cables_named_the_fact_of_each_is_told(ask_with: Ask) -> None:
    answer = ask_with().ask("Who signed 74LAPAZ3 and 74LIMA7?")
    assert [each.text for each in answer.statements] == ["74LAPAZ3 is signed BREWIN.", "74LIMA7 is signed ORDWAY."]
    assert [each.citations[0].cable_id for each in answer.statements] == ["74LAPAZ3", "74LIMA7"]


@pytest.mark.parametrize("question", ["Who signed 74LAPAZ9999?", "What does 99LIMA12 say about tin?"])
def test_a_cable_that_the_archive_lacks_is_told_as_missing(ask_with: Ask, question: str) -> None:
    answer = ask_with().ask(question)
    assert (answer.outcome, answer.statements) == ("missing_reference", ())
    assert "is not in the archive; no cable that is there refers to it." in (answer.notice or "")


@pytest.mark.parametrize("asked", ["What are the references of 74LAPAZ3?", "Which cables does 74LAPAZ3 refer to?"])
def test_references_are_told_whether_or_not_they_are_there(ask_with: Ask, asked: str) -> None:
    assert "STATE 4711" in ask_with().ask(asked).text


def test_where_a_remote_chat_model_fails_the_search_knows_which_cable_is_meant(ask_with: Ask) -> None:
    class Unreachable(GenericFakeChatModel):
        def _generate(self, *_: Any, **__: Any) -> Any:
            raise ConnectionError("refused")

    answer = ask_with(Unreachable(messages=iter(()))).ask("Who signed the telegram on the tin strike?")
    assert answer.outcome == "answered" and answer.model == FROM_CATALOG


def test_a_classifier_without_a_name_is_told_as_missing(ask_with: Ask) -> None:
    cable = ask_with().catalog.get("74LAPAZ3")
    assert cable is not None
    nameless = replace(cable, header=replace(cable.header, classified_by=Authority("")))
    (told,) = header_statements(nameless, ("classifier",), 1)
    assert "names nobody who classified it" in told.text


def test_a_day_of_declassification_that_no_cable_has_is_told_as_missing(ask_with: Ask) -> None:
    answer = ask_with().ask("When may La Paz 3 be declassified?")
    assert answer.statements[-1].text == "74LAPAZ3 names no day of declassification."


def test_where_no_caption_limits_a_cable_its_classification_is_told(ask_with: Ask) -> None:
    answer = ask_with().ask("What caption does Astana 2 carry?")
    assert [each.text for each in answer.statements] == [
        "74ASTANA2 carries no caption.",
        "74ASTANA2 is classified SECRET.",
    ]


def test_a_cable_that_is_not_there_has_no_head(ask_with: Ask) -> None:
    answer = ask_with().ask("Whose name closes the La Paz cable of 19 April 1974 on the tin strike?")
    assert answer.outcome == "not_found" and not answer.statements
    assert "No cable of the archive is" in (answer.notice or "") and "19 April 1974" in (answer.notice or "")


@pytest.mark.parametrize(
    ("question", "cable_ids"),
    [
        ("Which cables did Lima send?", ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]),
        ("Which SECRET cables were signed by Ordway?", ["74ASTANA8"]),
        ("List the cables from La Paz sent between March and August 1974", ["74LAPAZ3", "74LAPAZ6"]),
        ("Which cables from Lima speak of district 4?", ["74LIMA4"]),
    ],
)
def test_a_list_of_cables_is_complete_and_in_order(ask_with: Ask, question: str, cable_ids: list[str]) -> None:
    answer = ask_with().ask(question)
    assert [citation.cable_id for each in answer.statements for citation in each.citations] == cable_ids
    assert [statement.text.split()[0] for statement in answer.statements] == cable_ids
    assert (answer.model, {each.support for each in answer.statements}) == ("catalog", {"supported"})


def test_a_list_is_whole_however_few_passages_are_wanted(ask_with: Ask) -> None:
    answer = ask_with().ask("Which cables did La Paz send?", top_k=1)
    cited = {citation.cable_id for each in answer.statements for citation in each.citations}
    assert len(cited) > 1 and cited == {each.cable_id for each in answer.passages}


def test_no_more_passages_than_wanted_stand_beside_a_fact_of_a_head(ask_with: Ask) -> None:
    assert len(ask_with().ask("Who signed the telegram on the tin strike?", top_k=3).passages) == 3


def test_a_cable_that_speaks_of_something_is_cited_where_it_does(ask_with: Ask) -> None:
    (statement,) = ask_with().ask("Which cables from Lima speak of district 4?").statements
    (citation,) = statement.citations
    assert citation.ordinal > 0 and "district 4" in citation.quote.lower()
    assert statement.text == f"74LIMA4 (19 May 1974): “{citation.quote}”"


def test_cables_that_refer_to_one_are_listed_by_their_reference_line(ask_with: Ask) -> None:
    (statement,) = ask_with().ask("Which cables refer to Lima 7?").statements
    assert statement.text == "74LAPAZ9 refers to LIMA 7 (74LIMA7)."
    assert (statement.citations[0].label, statement.citations[0].quote) == ("header", "REF: LIMA 7")
    counted = ask_with().ask("How many cables refer to Lima 7?")
    assert [each.text for each in counted.statements] == [
        "The archive has 1 cable referring to 74LIMA7.",
        statement.text,
    ]
    answer = ask_with().ask("Which cables refer to La Paz 6?")
    assert (answer.statements, answer.notice) == ((), "The archive has no cable referring to 74LAPAZ6.")


def test_a_name_that_no_cable_has_is_said_to_be_missing_with_what_was_understood(ask_with: Ask) -> None:
    answer = ask_with().ask("Which cables from Lima mention Krakowski?")
    assert answer.outcome == "not_found"
    assert answer.notice == "The archive has no cable sent by Lima with the words in the text: Krakowski."


def test_what_no_cable_mentions_in_these_words_is_looked_for_in_others(ask_with: Ask) -> None:
    answer = ask_with(scripted("No list is drafted from one paragraph [1].")).ask(
        "Which cables speak of tin miners who downed tools?"
    )
    assert answer.statements and all("tin miners" in each.text for each in answer.statements)
    assert (answer.model, answer.draft) == (QUOTING, "")


def test_how_many_cables_is_counted(ask_with: Ask) -> None:
    answer = ask_with().ask("How many cables did Lima send?")
    assert answer.statements[0].text == "The archive has 4 cables sent by Lima."
    assert len(answer.statements[0].citations) == 4


def test_a_list_that_would_be_empty_is_declined(ask_with: Ask) -> None:
    answer = ask_with().ask("Which NODIS cables were signed by Ordway?")
    assert answer.outcome == "not_found" and "captioned NODIS" in (answer.notice or "")
