"""Follow-ups are asked in full, in the light of the talk; what is whole is left as it is."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import scripted
from making import a_text

from qa.assistant import Assistant
from qa.followup import Exchange, whole_question
from qa.records import AnswerReady, PassagesFound

WHEAT = Exchange(
    "How much wheat did Bolivia import in 1974?", "Bolivia imported 120,000 tons.", ("74LAPAZ212", "74LAPAZ604")
)
OFFICERS = Exchange(
    "How many officers were trained in Karaganda in 2007?",
    "97 officers were trained in Karaganda [..].",
    ("07ASTANA3162",),
)
FORUM = Exchange(
    "Who chaired the third Civic Forum?", "Prime Minister Massimov chaired the third Civic Forum.", ("07ASTANA3162",)
)
MILL = Exchange("When did the strike at the Achimota brewery end?", "It ended on May 4.", ("76ACCRA203",))
CABLES = Exchange(
    "Which cables did Freetown send during 1976 about the tuna business?",
    "76FREETOWN288 … 76FREETOWN740 …",
    ("76FREETOWN288", "76FREETOWN740"),
)
GORDON = Exchange("What punishment did Jacob Gordon receive from the American court?", "", ())
BANZER = Exchange(
    "When would Banzer step down?", "President Banzer said that he would step down in 1980.", ("74LAPAZ4321",)
)
MINISTER = Exchange(
    "What did the foreign minister say about Chile?",
    "Foreign Minister Guzman said that Chile was unwilling.",
    ("74LAPAZ1",),
)
TALKS = Exchange(
    "Who led Chile's negotiators at the September 1974 port talks in La Paz?", "Colonel Ortiz led them.", ("74LAPAZ5",)
)
PLANE = Exchange(
    "In which river did the missing survey plane come down?", "The plane came down in the Ivindo.", ("77LIBREVILLE802",)
)
DAM = Exchange("What did the Nsumbwe dam cost?", "The Nsumbwe dam cost 214 million dollars.", ("08LUSAKA871",))
FIRST = Exchange("Who signed the first cable on wheat?", "Ambassador Stedman signed it.", ("74LAPAZ212",))
YES = Exchange("Did Bolivia sign the treaty with Brazil?", "Bolivia signed the treaty on May 22.", ("74LAPAZ3",))

FOLLOW_UPS = [
    (WHEAT, "and in 1975?", "How much wheat did Bolivia import in 1975?"),
    (WHEAT, "In 1975?", "How much wheat did Bolivia import in 1975?"),
    (WHEAT, "and 1975?", "How much wheat did Bolivia import in 1975?"),
    (WHEAT, "what about 1973?", "How much wheat did Bolivia import in 1973?"),
    (WHEAT, "what about Peru?", "How much wheat did Peru import in 1974?"),
    (WHEAT, "And those of Peru?", "How much wheat did Peru import in 1974?"),
    (WHEAT, "And Peru?", "How much wheat did Peru import in 1974?"),
    (WHEAT, "how about in Chile?", "How much wheat did Chile import in 1974?"),
    (WHEAT, "and flour?", "How much flour did Bolivia import in 1974?"),
    (WHEAT, "why?", "How much wheat did Bolivia import in 1974, and why?"),
    (WHEAT, "and the year before?", "How much wheat did Bolivia import in 1973?"),
    (WHEAT, "the following year?", "How much wheat did Bolivia import in 1975?"),
    (WHEAT, "what about rice?", "How much rice did Bolivia import in 1974?"),
    (WHEAT, "same for Peru?", "How much wheat did Peru import in 1974?"),
    (OFFICERS, "and in 2006?", "How many officers were trained in Karaganda in 2006?"),
    (OFFICERS, "who trained them?", "Who trained the officers?"),
    (OFFICERS, "when?", "How many officers were trained in Karaganda in 2007, and when?"),
    (OFFICERS, "where?", "How many officers were trained in Karaganda in 2007, and where?"),
    (OFFICERS, "what about detectives?", "How many detectives were trained in Karaganda in 2007?"),
    (OFFICERS, "who else was there?", "Who else was in Karaganda?"),
    (OFFICERS, "In Astana?", "How many officers were trained in Astana in 2007?"),
    (OFFICERS, "Which ones?", "Which officers were trained in Karaganda in 2007?"),
    (OFFICERS, "who were they?", "Who were the officers?"),
    (OFFICERS, "and in Almaty?", "How many officers were trained in Almaty in 2007?"),
    (OFFICERS, "were they paid?", "Were the officers paid?"),
    (OFFICERS, "What happened then?", "What happened after 2007?"),
    (OFFICERS, "since 2005?", "How many officers were trained in Karaganda since 2005?"),
    (OFFICERS, "how many of them were women?", "How many of the officers were women?"),
    (FORUM, "when?", "Who chaired the third Civic Forum, and when?"),
    (FORUM, "where?", "Who chaired the third Civic Forum, and where?"),
    (FORUM, "why?", "Who chaired the third Civic Forum, and why?"),
    (FORUM, "who else?", "Who else chaired the third Civic Forum?"),
    (FORUM, "who else was there?", "Who else was at the third Civic Forum?"),
    (FORUM, "what did he say?", "What did Prime Minister Massimov say?"),
    (FORUM, "When was it held?", "When was the third Civic Forum held?"),
    (FORUM, "and the second?", "Who chaired the second Civic Forum?"),
    (FORUM, "And the second Civic Forum?", "Who chaired the second Civic Forum?"),
    (FORUM, "where did it take place?", "Where did the third Civic Forum take place?"),
    (FORUM, "what was his position?", "What was Prime Minister Massimov’s position?"),
    (FORUM, "who signed that cable?", "Who signed 07ASTANA3162?"),
    (FORUM, "When was that cable sent?", "When was 07ASTANA3162 sent?"),
    (FORUM, "tell me more", "What more do the cables say about the third Civic Forum?"),
    (FORUM, "What did she say about it?", "What did Prime Minister Massimov say about the third Civic Forum?"),
    (FORUM, "who attended it?", "Who attended the third Civic Forum?"),
    (FORUM, "and who opened it?", "Who opened the third Civic Forum?"),
    (MILL, "why?", "Why did the strike at the Achimota brewery end?"),
    (MILL, "how?", "How did the strike at the Achimota brewery end?"),
    (MILL, "when did it begin?", "When did the strike at the Achimota brewery begin?"),
    (MILL, "what caused it?", "What caused the strike at the Achimota brewery?"),
    (MILL, "who led it?", "Who led the strike at the Achimota brewery?"),
    (MILL, "and at Tema?", "When did the strike at Tema brewery end?"),
    (MILL, "what happened after that?", "What happened after the strike at the Achimota brewery?"),
    (MILL, "how long did it last?", "How long did the strike at the Achimota brewery last?"),
    (CABLES, "what does the second one say?", "What does 76FREETOWN740 say?"),
    (CABLES, "and the first one?", "What does 76FREETOWN288 say?"),
    (CABLES, "who signed the last one?", "Who signed 76FREETOWN740?"),
    (CABLES, "and in 1975?", "Which cables did Freetown send in 1975 about the tuna business?"),
    (CABLES, "and Abidjan?", "Which cables did Abidjan send during 1976 about the tuna business?"),
    (CABLES, "when was the second cable sent?", "When was 76FREETOWN740 sent?"),
    (CABLES, "the other one?", "What does 76FREETOWN740 say?"),
    (CABLES, "what do they say?", "What do 76FREETOWN288 and 76FREETOWN740 say?"),
    (GORDON, "why?", "What punishment did Jacob Gordon receive from the American court, and why?"),
    (GORDON, "when was he arrested?", "When was Jacob Gordon arrested?"),
    (GORDON, "what was he accused of?", "What was Jacob Gordon accused of?"),
    (
        GORDON,
        "and his partner?",
        "What punishment did Jacob Gordon receive from the American court, as regards Jacob Gordon’s partner?",
    ),
    (GORDON, "who prosecuted him?", "Who prosecuted Jacob Gordon?"),
    (BANZER, "why?", "Why would Banzer step down?"),
    (BANZER, "what did he promise?", "What did President Banzer promise?"),
    (BANZER, "and Pereda?", "When would Pereda step down?"),
    (BANZER, "who would follow him?", "Who would follow President Banzer?"),
    (BANZER, "who succeeded him?", "Who succeeded President Banzer?"),
    (MINISTER, "and the defense minister?", "What did the defense minister say about Chile?"),
    (MINISTER, "and Peru?", "What did the foreign minister say about Peru?"),
    (MINISTER, "what about Argentina?", "What did the foreign minister say about Argentina?"),
    (MINISTER, "When did he say it?", "What did the foreign minister say about Chile, and when?"),
    (MINISTER, "when did he say that?", "What did the foreign minister say about Chile, and when?"),
    (MINISTER, "to whom?", "What did the foreign minister say about Chile, and to whom?"),
    (MINISTER, "what did the ambassador say about it?", "What did the ambassador say about Chile?"),
    (MINISTER, "and the president?", "What did the president say about Chile?"),
    (TALKS, "and Bolivia's?", "Who led Bolivia's negotiators at the September 1974 port talks in La Paz?"),
    (TALKS, "when?", "Who led Chile's negotiators at the September 1974 port talks in La Paz, and when?"),
    (TALKS, "who else was there?", "Who else was at the September 1974 port talks in La Paz?"),
    (TALKS, "what was decided there?", "What was decided at the September 1974 port talks in La Paz?"),
    (TALKS, "why did they fail?", "Why did Chile's negotiators fail?"),
    (TALKS, "and in 1975?", "Who led Chile's negotiators at the 1975 port talks in La Paz?"),
    (TALKS, "what happened next?", "What happened after September 1974?"),
    (PLANE, "when?", "In which river did the missing survey plane come down, and when?"),
    (PLANE, "why?", "In which river did the missing survey plane come down, and why?"),
    (PLANE, "who was aboard it?", "Who was aboard the missing survey plane?"),
    (PLANE, "who found it?", "Who found the missing survey plane?"),
    (PLANE, "how many people were in it?", "How many people were in the missing survey plane?"),
    (DAM, "who paid for it?", "Who paid for the Nsumbwe dam?"),
    (DAM, "and its turbines?", "What did the Nsumbwe dam cost, as regards the Nsumbwe dam’s turbines?"),
    (DAM, "when was it built?", "When was the Nsumbwe dam built?"),
    (DAM, "what is its height?", "What is the Nsumbwe dam’s height?"),
    (DAM, "and before 2008?", "What did the Nsumbwe dam cost before 2008?"),
    (FIRST, "and the second?", "Who signed the second cable on wheat?"),
    (FIRST, "and the last one?", "Who signed the last cable on wheat?"),
    (FIRST, "what does it say?", "What does the first cable say?"),
    (FIRST, "when?", "Who signed the first cable on wheat, and when?"),
    (YES, "when?", "When did Bolivia sign the treaty with Brazil?"),
    (YES, "why?", "Why did Bolivia sign the treaty with Brazil?"),
    (YES, "why not?", "Why did Bolivia sign the treaty with Brazil?"),
    (YES, "and Peru?", "Did Peru sign the treaty with Brazil?"),
    (YES, "what does it provide?", "What does the treaty with Brazil provide?"),
    (YES, "with Argentina?", "Did Bolivia sign the treaty with Argentina?"),
]

LEFT_ALONE = [
    "Who chaired the third Civic Forum?",
    "wheat imports",
    "Peru",
    "Did the embassy in La Paz say how long it would take?",
    "In his speech of 9 July, what did Banzer promise?",
    "Is it true that Bolivia imported wheat?",
    "How long does it take a cable to arrive?",
    "What did the minister say that he would do if they refused?",
    "And who chaired the third Civic Forum?",
    "Why did the strike end before it had reached the mine?",
    "Who signed the Astana embassy's report, and on what date was it sent?",
    "How did the number of boats change between the first report and the audit?",
    "Which cables in this collection were classified SECRET?",
    "What does 07ASTANA3162 say?",
    "Who carried the second message to Damascus?",
    "What was the last message that Castro sent?",
    "What about ...",
    "and ?",
]


@pytest.mark.parametrize(("before", "said", "whole"), FOLLOW_UPS)
def test_a_follow_up_is_asked_in_full(before: Exchange, said: str, whole: str) -> None:
    assert whole_question(said, [before]) == whole


@pytest.mark.parametrize("before", [WHEAT, FORUM, CABLES, GORDON])
@pytest.mark.parametrize("said", LEFT_ALONE)
def test_a_whole_question_is_left_as_it_is(before: Exchange, said: str) -> None:
    assert whole_question(said, [before]) == said


@pytest.mark.parametrize("said", ["and in 1975?", "who signed it?", "why?", "the second one?", "tell me more"])
def test_without_a_talk_nothing_is_changed(said: str) -> None:
    assert whole_question(said, []) == said


def test_one_follow_up_leads_to_the_next() -> None:
    talk = [WHEAT]
    asked = []
    for said in ("and in 1975?", "and Peru?", "and flour?", "the year after?"):
        asked.append(whole_question(said, talk))
        talk.append(Exchange(asked[-1]))
    assert asked == [
        "How much wheat did Bolivia import in 1975?",
        "How much wheat did Peru import in 1975?",
        "How much flour did Peru import in 1975?",
        "How much flour did Peru import in 1976?",
    ]


def questions_of(file: Path) -> list[Exchange]:
    read = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Exchange(
            each["question"], ". ".join(map(str, each["answers"])), tuple(cited["cable"] for cited in each["citations"])
        )
        for each in read
    ]


def changed(asked: Sequence[Exchange]) -> list[str]:
    """The questions that would be asked otherwise, each asked after all those before it."""
    return [each.question for n, each in enumerate(asked) if whole_question(each.question, asked[:n]) != each.question]


def test_the_sample_questions_asked_in_one_talk_stay_as_they_are() -> None:
    from conftest import PROJECT

    asked = questions_of(PROJECT / "qa" / "evaluation" / "sample_questions.jsonl")
    random.Random(7).shuffle(asked)
    assert len(asked) >= 60 and changed(asked) == []


def test_the_questions_over_real_cables_asked_in_one_talk_stay_as_they_are(shared_data: Path) -> None:
    asked = questions_of(shared_data / "aad_questions.jsonl")
    random.Random(7).shuffle(asked)
    assert len(asked) >= 90 and changed(asked) == []


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained in Karaganda in 2006."))
    (folder / "2.txt").write_text(a_text(2, first="A total of 55 officers were trained in Karaganda in 2007."))
    index_files(folder)


@pytest.mark.usefixtures("archive")
def test_a_talk_goes_on_and_what_was_asked_is_told(ask_with: Callable[..., Assistant]) -> None:
    assistant = ask_with()
    first = assistant.ask("How many officers were trained in Karaganda in 2006?")
    events = list(assistant.stream("and in 2007?", talk=[first]))
    assert isinstance(events[0], PassagesFound) and isinstance(events[-1], AnswerReady)
    query, answer = events[0].passages.query, events[-1].answer
    whole = "How many officers were trained in Karaganda in 2007?"
    assert (query.text, query.said) == (whole, "and in 2007?")
    assert (answer.to_dict()["question"], answer.to_dict()["asked_as"]) == ("and in 2007?", whole)
    assert answer.statements[0].citations[0].cable_id == "07ASTANA2"
    assert first.to_dict()["asked_as"] is None
    assert assistant.ask("and in 2007?", talk=["How many officers were trained in Karaganda in 2006?"]).query == query


@pytest.mark.usefixtures("archive")
def test_an_earlier_answer_is_no_evidence(ask_with: Callable[..., Assistant]) -> None:
    model = scripted("In 2006 officers trained in Karaganda were 97 [1].", "The 4711 officers were paid [1].")
    assistant = ask_with(model)
    first = assistant.ask("How many officers were trained in Karaganda in 2006?")
    second = assistant.ask("were they paid?", talk=[first])
    assert second.query.text == "Were the officers paid?"
    shown = model.asked[-1][-1].text
    assert first.statements[0].text not in shown
    assert "4711" not in second.text
