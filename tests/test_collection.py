"""Questions about the collection itself: told from others, understood, and answered from the heads, exactly."""

import random
import shutil
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import index_once
from hypothesis import given
from hypothesis import strategies as st
from test_search import a_cable

from qa.assistant import Assistant
from qa.records import Answer, Filters
from qa.understand import understand
from qa.understand.collection import of_collection
from qa.understand.conditions import conditions
from ui.render.answers import answer as render_answer
from ui.render.text import to_markdown
from ui.render.trace import trace_text

Ask = Callable[..., Assistant]

ALL = [f"74{('LAPAZ', 'LIMA', 'ASTANA')[number % 3]}{number}" for number in range(1, 12)] + ["75LAPAZ12"]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve cables of February 1974 to January 1975, one a month, of three posts in turn."""
    folder = tmp_path_factory.mktemp("cables")
    for number in range(1, 13):
        text = a_cable(number)
        if number == 9:
            text = text.replace("SUBJECT:", "REF: LIMA 7\nSUBJECT:")
        if number == 6:
            text = text.replace("Bread cost", "In Astana bread cost")
        if number == 8:
            text = text.replace("Bread cost", "Boeker said that bread cost")
        if number == 11:
            text = text.replace("Bread cost", "Unlike in Cuba, bread cost")
        if number in (4, 5):
            text = text.replace("R ", "O ", 1).replace("TO SECSTATE WASHDC", "TO SECSTATE WASHDC\nUSCINCSO", 1)
        (folder / f"{number}.txt").write_text(text)
    return index_once(folder, tmp_path_factory)


@pytest.fixture(autouse=True)
def archive(home: Path, indexed: Path) -> None:
    """The index of these in the test's home."""
    shutil.copytree(indexed, home)


def cited(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.cable_id for each in answer.statements for citation in each.citations))


@pytest.mark.parametrize(
    ("question", "cable_ids"),
    [
        ("cables from Lima?", ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]),
        ("I'm after everything stamped SECRET.", ["74ASTANA2", "74ASTANA5", "74ASTANA8", "74ASTANA11"]),
        ("Which cables are graded confidential or higher, from 1974?", [each for each in ALL if "LAPAZ" not in each]),
        ("Show me what went out from La Paz before 1 June 1974", ["74LAPAZ3"]),
        ("List the telegrams that did not come from La Paz or Lima.", [each for each in ALL if "ASTANA" in each]),
        ("what have you got over Ordway's name?", ["74LAPAZ6", "74LIMA7", "74ASTANA8"]),
        ("Pull the EXDIS items tagged for foreign economic assistance, 1975 onwards", []),
        ("Which EXDIS cables are tagged PE, from September 1974 on?", ["74LAPAZ9"]),
        ("Which telegrams were sent immediate?", ["74LIMA4", "74ASTANA5"]),
        ("Which documents were copied to Lima?", ["74LAPAZ3", "74LAPAZ6", "74LAPAZ9", "75LAPAZ12"]),
        ("Which records had USCINCSO as an action addressee?", ["74LIMA4", "74ASTANA5"]),
        ("cables to the Department for information", []),
        ("Which cables reference Lima 7?", ["74LAPAZ9"]),
        ("which of the telegrams that La Paz 9 cites are here", ["74LIMA7"]),
        ("the three latest cables, please", ["74LIMA10", "74ASTANA11", "75LAPAZ12"]),
        ("cables of the second half of August '74", ["74LIMA7"]),
        ("I am writing a book on tin. Which cables are from Lima?", ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]),
        ("Which Lima cables carry no handling caption?", ["74LIMA4", "74LIMA10"]),
        ("Which cables were sent by a post other than La Paz?", [each for each in ALL if "LAPAZ" not in each]),
        ("Cables with a caption, of 1974, from Lima", ["74LIMA1", "74LIMA7"]),
        ("which telegrams cite a reference", ["74LAPAZ9"]),
        ("Show me the untagged or unsigned telegrams.", []),
        ("Which cables are tagged PHUM and EAID?", ["74LIMA4", "74ASTANA5", "74LIMA10", "74ASTANA11"]),
        ("Which Lima cables are tagged BL or PE?", ["74LIMA1", "74LIMA7"]),
        ("Any telegrams newer than December 1974?", ["75LAPAZ12"]),
        ("Which cables mention Astana?", ["74LAPAZ6"]),
        ("Which SECRET cables talk about Boeker?", ["74ASTANA8"]),
        ("Which cables from La Paz do not mention Astana?", ["74LAPAZ3", "74LAPAZ9", "75LAPAZ12"]),
        ("Which cables that say nothing of bread are there?", []),
        ("Cables that never mention bread or are secret", []),
        ("Is there any cable of 1974 in which Boeker is quoted?", ["74ASTANA8"]),
        ("a list of the cables that bring up district 4, classified ones only", ["74LIMA4"]),
        ("which cables from Lima make no mention of district 4", ["74LIMA1", "74LIMA7", "74LIMA10"]),
        ("Which cables were sent in March or December 1974?", ["74ASTANA2", "74ASTANA11"]),
        ("Which cables are neither secret nor unclassified?", ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]),
        ("Which cables did Boeker not sign?", [*ALL[2:8], "75LAPAZ12"]),
        ("Which cables are at least confidential?", [each for each in ALL if "LAPAZ" not in each]),
        ("Which cables of 1974 from La Paz mention bread but not Astana?", ["74LAPAZ3", "74LAPAZ9"]),
        ("Which cables are addressed to Lima but not to La Paz?", ["74LAPAZ3", "74LAPAZ6", "74LAPAZ9", "75LAPAZ12"]),
        ("Which Astana cables went out under Secret?", ["74ASTANA2", "74ASTANA5", "74ASTANA8", "74ASTANA11"]),
        ("Which cables of 1974 from La Paz mention bread but not Lima?", ["74LAPAZ3", "74LAPAZ6", "74LAPAZ9"]),
        ("Which cables are not signed?", []),
        ("Which cables did Boeker not sign in May 1974?", ["74LIMA4"]),
        ("Which cables from Astana are classified below secret?", []),
        ("Which cables are confidential or lower, from Lima or Astana?", ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]),
        ("Which cables did Lima not send in May or June 1974?", ["74ASTANA5"]),
        ("List the PHUM and BL cables of 1974.", ["74LIMA1", *ALL[3:7], *ALL[9:11]]),
        ("Which cables have no subject?", []),
        ("Which cables mention the 1977 dollars?", []),
    ],
)  # fmt: skip
def test_the_cables_that_fit_are_listed_and_no_others(ask_with: Ask, question: str, cable_ids: list[str]) -> None:
    answer = ask_with().ask(question)
    assert answer.query.collection is not None
    assert sorted(cited(answer)) == sorted(cable_ids)
    assert answer.outcome == ("answered" if cable_ids else "not_found")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many cables are there altogether?", "The archive has 12 cables."),
        ("How many cables from Lima or Astana?", "The archive has 8 cables sent by Lima or sent by Astana."),
        ("How many did not come from Lima or La Paz?", "The archive has 4 cables not sent by Lima and not sent by"),
        ("How many cables do not mention Astana?", "The archive has 11 cables without the words in the text: Astana."),
        ("How many are not bearing a caption?", "The archive has 6 cables not with a caption."),
        ("How many are not without a caption?", "The archive has 6 cables not with no caption."),
        ("How many have TAGS?", "The archive has 12 cables with TAGS."),
        ("How many are not tagged PHUM?", "The archive has 4 cables not tagged PHUM"),
        ("How many cables do not refer to earlier messages?", "The archive has 11 cables with no references."),
        ("Do you have any other cables from Lima?", "Yes, the archive has 4 cables sent by Lima."),
        ("How many were not reported by Lima?", "The archive has 8 cables not sent by Lima."),
        ("how many in 1974?", "The archive has 11 cables sent in 1974."),
        ("Number of unclassified telegrams from La Paz", "The archive has 4 cables classified UNCLASSIFIED and"),
        ("Are there any SECRET cables from Astana?", "Yes, the archive has 4 cables classified SECRET and sent by"),
        ("Who signed the earliest telegram from Lima?", "The earliest of 4 cables sent by Lima is 74LIMA1 ("),
        ("What is the most recent EXDIS cable?", "The latest of 6 cables captioned EXDIS is 74ASTANA11 ("),
        ("Which was the first cable to mention district 4?", "It is 74LIMA4 ("),
        ("Which post sent the most cables in 1974?", "Astana and Lima: each 4 of 11 cables sent in 1974, the most of"),
        ("Which signer has the fewest telegrams from Lima?", "BREWIN and ORDWAY: each 1 of 4 cables sent by Lima, the"),
        ("Who signed the La Paz telegrams?", "Of 4 cables sent by La Paz there are 3 signers: BREWIN 2, "),
        ("How many cables are there from each post?", "Of 12 cables there are 3 posts: Astana 4, La Paz 4, Lima 4."),
        ("Break the archive down by year.", "Of 12 cables there are 2 years: 1974 11, 1975 1."),
        ("Which months of 1974 have cables from Lima?", "Of 4 cables sent in 1974 and sent by Lima there are 4"),
        ("Did Brewin sign more cables than Ordway?", "BREWIN: 4 of 7 cables signed Brewin or signed Ordway, the most"),
        ("Are there more cables of 1974 or of 1975?", "1974: 11 of 12 cables sent in 1974 or sent in 1975, the most"),
        ("How many cables are about tin or copper strikes?", "The archive has 12 cables near the words: tin copper"),
        ("What are the earliest and the latest cable here?", "The archive has 12 cables, from 15 February 1974 (74L"),
        ("What period do the cables from Lima cover?", "The archive has 4 cables sent by Lima, from 15 February 1974"),
    ],
)  # fmt: skip
def test_what_is_asked_of_them_is_told_first(ask_with: Ask, question: str, said: str) -> None:
    answer = ask_with().ask(question)
    assert answer.statements[0].text.startswith(said)
    assert answer.statements[0].citations and answer.model == "catalog"


def test_of_the_earliest_cable_the_fact_is_told_that_is_asked_for(ask_with: Ask) -> None:
    answer = ask_with().ask("Who signed the earliest telegram from Lima, and when was it sent?")
    assert [each.text for each in answer.statements[1:]] == [
        "74LIMA1 is signed BOEKER.",
        "74LIMA1 was sent on 15 February 1974 at 12:00 UTC.",
    ]


def test_after_the_most_come_the_next_each_with_its_number(ask_with: Ask) -> None:
    answer = ask_with().ask("Which signer has the most telegrams from Lima?")
    assert [each.text for each in answer.statements] == [
        "BOEKER: 2 of 4 cables sent by Lima, the most of any signer.",
        "Next come BREWIN with 1 and ORDWAY with 1.",
    ]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Is there anything from Moscow?", "The archive has no cable sent by Moscow."),
        ("Are any NODIS cables signed by Rusk?", "The archive has no cable captioned NODIS and signed Rusk."),
        ("Which cables from Lima were sent in 1979?", "The archive has no cable sent by Lima and sent in 1979."),
        ("Which SECRET cables cite Lima 7?", "The archive has no cable classified SECRET and referring to 74LIMA7."),
        ("Are there undated cables?", "The archive has no cable with no date."),
        ("Any cables tagged BL and KZ?", "The archive has no cable tagged BL (Bolivia) and tagged KZ (Kazakhstan)."),
        ("Any cables of April 1974 from Lima?", "The archive has no cable sent in April 1974 and sent by Lima."),
    ],
)  # fmt: skip
def test_that_there_is_none_is_said_with_what_was_understood(ask_with: Ask, question: str, told: str) -> None:
    answer = ask_with().ask(question)
    assert (answer.outcome, answer.statements) == ("not_found", ())
    assert answer.notice == told


@pytest.mark.parametrize(
    ("question", "cable_ids", "told"),
    [
        ("Is there anything on Cuba?", ["74ASTANA11"], True),
        ("Which cables are about Cuba and secret?", ["74ASTANA11"], True),
        ("Which cables from Lima are about Cuba?", [], False),
        ("Which secret cables are about Kazakhstan?", ["74ASTANA2", "74ASTANA5", "74ASTANA8", "74ASTANA11"], False),
        ("Which cables are about Iceland?", [], False),
    ],
)
def test_a_country_that_no_tag_names_is_looked_for_in_the_text(
    ask_with: Ask, question: str, cable_ids: list[str], told: bool
) -> None:
    answer = ask_with().ask(question)
    assert cited(answer) == cable_ids, answer.text
    assert ("None is tagged with Cuba" in (answer.notice or "")) is told


def test_words_that_were_not_understood_are_told(ask_with: Ask) -> None:
    answer = ask_with().ask("Kindly furnish me with a tidy overview of all the telegrams in the archive sent by Lima.")
    assert answer.query.collection is not None and answer.query.collection.passed_over
    assert len(cited(answer)) == 4
    assert (
        answer.notice
        == "Not taken into account: " + " and ".join(f"“{word}”" for word in answer.query.collection.passed_over) + "."
    )


def test_words_that_were_not_understood_are_told_where_there_is_none_as_well(ask_with: Ask) -> None:
    answer = ask_with().ask(
        "Kindly furnish me with a tidy overview of all the telegrams in the archive sent by Moscow."
    )
    assert answer.query.collection is not None and answer.query.collection.passed_over
    assert (answer.notice or "").startswith("The archive has no cable sent by Moscow. Not taken into account: “")


def test_what_a_person_sets_counts_too_and_is_told(ask_with: Ask) -> None:
    answer = ask_with().ask("How many cables are there?", filters=Filters(posts=("LIMA",)))
    assert answer.statements[0].text == "The archive has 4 cables that pass the filters."
    answer = ask_with().ask("Is there anything from 1979?", filters=Filters(posts=("LIMA",)))
    assert answer.notice == "The archive has no cable sent in 1979 that passes the filters."


def test_what_a_person_sets_and_the_question_excludes_is_nowhere(ask_with: Ask) -> None:
    answer = ask_with().ask("How many SECRET cables are there?", filters=Filters(classifications=("UNCLASSIFIED",)))
    assert answer.notice == "The archive has no cable classified SECRET that passes the filters."


@pytest.mark.parametrize(
    "question",
    [
        "How many words are in the archive?",
        "What is the longest cable?",
        "How many cables came from embassies?",
        "Are all cables from La Paz confidential?",
        "Which cables have exactly one reference?",
        "Which cables are never cited by any other cable?",
        "Which cables were classified by Boeker?",
        "Which cables are to be declassified in 1985?",
        "Which post sent the most cables after La Paz?",
    ],
)
def test_what_the_catalog_does_not_count_it_does_not_tell(ask_with: Ask, question: str) -> None:
    answer = ask_with().ask(question)
    assert answer.query.collection is None and answer.model != "catalog"


def test_a_condition_that_a_person_removes_no_longer_counts(ask_with: Ask) -> None:
    assert len(cited(ask_with().ask("Which SECRET cables did Astana send?", ignore=["Astana"]))) == 4
    assert len(cited(ask_with().ask("Which cables did Astana send?", ignore=["Astana"]))) == 12


def test_the_trace_tells_what_was_asked_of_the_collection(ask_with: Ask) -> None:
    told = trace_text(ask_with().ask("Which signer has the most cables that are not from Lima?")).splitlines()
    assert [line.strip() for line in told if line.strip().startswith(("aim", "by", "posts", "not sent"))] == [
        "not sent by Lima (binding), from “not from Lima”",
        "aim: most",
        "by: signers",
        "posts: LIMA",
    ]


def test_the_cables_of_a_list_stand_one_below_the_other(ask_with: Ask) -> None:
    answer = ask_with().ask("Which cables are from Lima?")
    assert 'class="rt-answer rt-listed"' in render_answer(answer, None)
    below = [part for part in to_markdown(answer).split("\n\n") if part.startswith("74LIMA")]
    assert [part.split()[0] for part in below] == ["74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"]


def test_a_cable_without_a_day_is_neither_first_nor_last(
    ask_with: Ask, tmp_path: Path, index_files: Callable[..., Any]
) -> None:
    text = a_cable(1).replace("R 151200Z FEB 74", "").replace("LIMA 1", "LIMA 99")
    (tmp_path / "undated.txt").write_text(text)
    index_files(tmp_path / "undated.txt")
    assert cited(ask_with().ask("What is the earliest cable?")) == ["74LIMA1"]
    assert cited(ask_with().ask("What is the latest cable?")) == ["75LAPAZ12"]


@pytest.mark.parametrize(
    "question",
    [
        "How many telegrams did the President send to the Pope?",
        "What was the first message the rebels sent?",
        "Which posts did the army hold in 1974?",
        "Who signed the most petitions?",
        "How many posts are vacant at the port of Lima?",
        "What do the cables from Lima say about the strike?",
        "What did the last cable from Lima report of the miners?",
        "Summarise the telegrams from La Paz.",
        "Which cable reports that the minister resigned?",
        "Who was in Lima in 1974?",
        "Was it sent to Lima?",
        "Who signed it?",
        "Which TAGS does it have?",
        "When was the La Paz cable of 18 April 1974 sent?",
        "Which earlier messages does the La Paz cable of 18 April 1974 cite?",
        "What does the cable La Paz 9 refer to?",
        "Why do the miners mention Lima?",
        "Are there any cables tying down the wreck?",
        "Is there a cable that repudiates the tin agreement?",
        "State had heard something from Lima before it wrote; which cable was it?",
    ],
)
def test_what_asks_for_something_else_is_left_alone(ask_with: Ask, question: str) -> None:
    assert of_collection(question, ask_with().catalog) is None


@given(
    st.text(st.sampled_from("cables from Lima 1974 SECRET? the first (Astana 2), not by EXDIS’s .:·\n"), max_size=80)
)
def test_any_words_are_read_without_failing(text: str) -> None:
    from index.catalog import Catalog, Facets

    class Empty(Catalog):
        def __init__(self) -> None:
            """Nothing is opened."""

        def revisioned_facets(self) -> Facets:
            return Facets(posts={"LIMA": 1}, signers={"BOEKER": 1}, captions={"EXDIS": 1})

        def resolve(self, text: str) -> str | None:
            return None

        def addressees_called(self, words: Collection[str]) -> list[str]:
            return ["EXDIS WASHDC"] if "exdis" in words else []

    question = " ".join(text.split())
    found = conditions(question, Empty())
    assert all(0 <= each.start < each.end <= len(question) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("first", "then", "whole", "cable_ids"),
    [
        (
            "Which cables are from Lima?",
            "How many of them were signed by Boeker?",
            "How many of the cables sent by Lima were signed by Boeker?",
            ["74LIMA1", "74LIMA10"],
        ),
        (
            "Which SECRET cables are there from before July 1974?",
            "Who signed them?",
            "Who signed the cables classified SECRET and sent until 30 June 1974?",
            ["74ASTANA2", "74ASTANA5"],
        ),
        (
            "Which cables mention district 4?",
            "Are any of these from Lima?",
            "Are any of the cables from Lima that mention district 4?",
            ["74LIMA4"],
        ),
        (
            "Which cables from La Paz do not mention Astana?",
            "Are any of these captioned EXDIS?",
            "Are any of the cables sent by La Paz captioned EXDIS that do not mention Astana?",
            ["74LAPAZ3", "74LAPAZ9"],
        ),
        (
            "Which cables are tagged PHUM and EAID?",
            "How many of them are secret?",
            "How many of the cables tagged PHUM (Human Rights) and tagged EAID (Foreign Economic Assistance) "
            "are secret?",
            ["74ASTANA5", "74ASTANA11"],
        ),
        (
            "What is the earliest cable from Lima?",
            "Who signed it?",
            "Who signed 74LIMA1?",
            ["74LIMA1"],
        ),
    ],
)
def test_a_follow_up_goes_on_with_the_cables_that_were_told(
    ask_with: Ask, first: str, then: str, whole: str, cable_ids: list[str]
) -> None:
    assistant = ask_with()
    answer = assistant.ask(then, talk=[assistant.ask(first)])
    assert (answer.query.text, answer.query.said) == (whole, then)
    assert sorted(cited(answer)) == sorted(cable_ids)


def test_where_the_last_question_found_none_those_before_are_meant(ask_with: Ask) -> None:
    assistant = ask_with()
    talk = [assistant.ask("Which cables are from Lima?")]
    talk.append(assistant.ask("Which of them are NODIS?", talk=talk))
    assert talk[1].outcome == "not_found"
    assert assistant.ask("How many of them are EXDIS?", talk=talk).query.text == (
        "How many of the cables sent by Lima are EXDIS?"
    )


def test_a_follow_up_about_something_else_is_not_turned(ask_with: Ask) -> None:
    assistant = ask_with()
    first = assistant.ask("Which cables are from Lima?")
    for question in (
        "Who led the miners when they struck?",
        "Which ministers were they?",
        "What happened to those miners?",
    ):
        assert "sent by Lima" not in assistant.ask(question, talk=[first]).query.text


def test_whatever_is_asked_of_the_collection_what_is_told_is_cited(ask_with: Ask) -> None:
    words = (
        "cables cable from to Lima Astana 1974 SECRET secret or higher the first last (Lima 7) 74LIMA7 not by each "
        "post EXDIS ’s '74 . , ; ? – which how many who signed Boeker tagged PE about tin mention bread for action "
        "information refer cite them most fewest three period after before and State Peru precedence immediate year"
    ).split()
    draw, assistant, told = random.Random(5), ask_with(), 0
    for _ in range(400):
        query = understand(" ".join(draw.choices(words, k=draw.randint(1, 12))), assistant.catalog)
        if query.collection is not None:
            answer = assistant.ask(query.text)
            told += 1
            assert answer.statements or answer.notice
            assert all(each.citations for each in answer.statements), query.text
    assert told > 50
