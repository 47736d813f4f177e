"""What is read in a question: days, posts, countries, TAGS, levels, captions, people, ids, and facts of the head."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Catalog, Facets
from qa.records import Clue, Filters, Query
from qa.understand import understand
from qa.understand.days import periods
from qa.understand.header_facts import header_facts, said_plainly
from qa.understand.names import names

ARCHIVE = Facets(tags={"PHUM": 3, "XX1": 1}, signers={"BOEKER": 2, "BREWIN": 1})
MAY_15 = date(1974, 5, 15)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened on 15 May 1974?", MAY_15, MAY_15),
        ("What happened on May 15, 1974?", MAY_15, MAY_15),
        ("What happened on 15th of May 1974?", MAY_15, MAY_15),
        ("What happened on 1974-05-15?", MAY_15, MAY_15),
        ("events of 1974-05", date(1974, 5, 1), date(1974, 5, 31)),
        ("What was said in March 1974?", date(1974, 3, 1), date(1974, 3, 31)),
        ("what was said in march 1974", date(1974, 3, 1), date(1974, 3, 31)),
        ("the February 1976 floods", date(1976, 2, 1), date(1976, 2, 29)),
        ("by how much did oil fall in 1979", date(1979, 1, 1), date(1979, 12, 31)),
        ("between 2005 and 2007", date(2005, 1, 1), date(2007, 12, 31)),
        ("from 2005 to 2007", date(2005, 1, 1), date(2007, 12, 31)),
        ("its 2006-2007 campaign", date(2006, 1, 1), date(2007, 12, 31)),
        ("visas in 1978-79", date(1978, 1, 1), date(1979, 12, 31)),
        ("the last quarter of 1979", date(1979, 10, 1), date(1979, 12, 31)),
        ("in Q3 1979", date(1979, 7, 1), date(1979, 9, 30)),
        ("the first half of 1975", date(1975, 1, 1), date(1975, 6, 30)),
        ("in the summer of 1974", date(1974, 6, 1), date(1974, 8, 31)),
        ("in late 1979", date(1979, 9, 1), date(1979, 12, 31)),
        ("at the end of January 1974", date(1974, 1, 21), date(1974, 1, 31)),
        ("in the 1970s", date(1970, 1, 1), date(1979, 12, 31)),
        ("in the seventies", date(1970, 1, 1), date(1979, 12, 31)),
        ("between 9 and 25 January 1974", date(1974, 1, 9), date(1974, 1, 25)),
        ("from 28 December 1973 to 3 January 1974", date(1973, 12, 28), date(1974, 1, 3)),
        ("between April and August 1974", date(1974, 4, 1), date(1974, 8, 31)),
        ("between early May and mid-June 1974", date(1974, 5, 1), date(1974, 6, 22)),
        ("before March 1974", None, date(1974, 2, 28)),
        ("since 3 May 1979", date(1979, 5, 3), None),
        ("after 1 May 1979", date(1979, 5, 2), None),
        ("reported by 24 January 1974", None, date(1974, 1, 24)),
        ("after March 1974 but before May 1975", date(1974, 4, 1), date(1975, 4, 30)),
        ("from June 1974 onwards", date(1974, 6, 1), None),
        ("in 1974 or earlier", None, date(1974, 12, 31)),
        ("those that predate 1 May 1974", None, date(1974, 4, 30)),
        ("in the second half of '79", date(1979, 7, 1), date(1979, 12, 31)),
        ("in May '74", date(1974, 5, 1), date(1974, 5, 31)),
        ("in the first fortnight of May 1977", date(1977, 5, 1), date(1977, 5, 14)),
        ("in the last three months of 1979", date(1979, 10, 1), date(1979, 12, 31)),
        ("from the 10th to the 20th of May 1974", date(1974, 5, 10), date(1974, 5, 20)),
        ("before the first of January 1975", None, date(1974, 12, 31)),
        ("after the 1974 floods", date(1974, 1, 1), date(1974, 12, 31)),  # after them, not after that year
        ("right after the November 1979 coup", date(1979, 11, 1), date(1979, 11, 30)),
    ],
)
def test_a_day_or_period_is_read(question: str, since: date | None, until: date | None) -> None:
    assert [(each.since, each.until) for each in periods(question)] == [(since, until)]


@pytest.mark.parametrize(
    "question",
    [
        "Who may attend the march?",
        "What was the budget for FY 1975?",
        "What happened on 31 February 1974?",
        "What happened in March?",
        "Who drew 1975.2 million?",
        "What does La Paz 604 say?",
        "",
    ],
)
def test_what_is_no_day_is_left_alone(question: str) -> None:
    assert periods(question) == []


def test_a_month_takes_the_year_named_beside_it() -> None:
    question = "What was sought in February 1974, and what was decided by early March?"
    assert [(each.since, each.until) for each in periods(question)] == [
        (date(1974, 2, 1), date(1974, 2, 28)),
        (None, date(1974, 3, 12)),
    ]


@given(st.text(alphabet=st.sampled_from("0123456789 -/,JanuaryMayof19742005betweenand'"), max_size=80))
def test_any_text_has_periods_in_order(question: str) -> None:
    found = periods(question)
    assert all(0 <= each.start < each.end <= len(question) for each in found)
    assert all(each.since <= each.until for each in found if each.since and each.until)
    assert [each.start for each in found] == sorted(each.start for each in found)


@pytest.mark.parametrize(
    ("question", "kind", "filters"),
    [
        ("cables from La Paz on wheat", "post", Filters(posts=("LAPAZ",))),
        ("What did the La Paz cable say?", "post", Filters(posts=("LAPAZ",))),
        ("messages sent by the embassy in Astana", "post", Filters(posts=("ASTANA",))),
        ("What did La Paz report about the coup?", "post", Filters(posts=("LAPAZ",))),
        ("the Department's telegram of Monday", "post", Filters(posts=("STATE",))),
        ("What did the Department tell the embassy?", "post", Filters(posts=("STATE",))),
        ("telegrams to Lima on tin", "addressee", Filters(addressees=("LIMA",))),
        ("telegrams to Lima, Quito and La Paz on tin", "addressee", Filters(addressees=("LIMA", "QUITO", "LAPAZ"))),
        ("cables sent to the embassy in Brasilia", "addressee", Filters(addressees=("BRASILIA",))),
        ("cables about Kazakhstan", "country", Filters(countries=("KZ",))),
        ("cables tagged PHUM", "tag", Filters(tags=("PHUM",))),
        ("under TAGS EAID, PINT", "tag", Filters(tags=("EAID", "PINT"))),
        ("PHUM cables of that year", "tag", Filters(tags=("PHUM",))),
        ("cables tagged human rights", "tag", Filters(tags=("PHUM",))),
        ("Which cables were marked SECRET?", "classification", Filters(classifications=("SECRET",))),
        ("list the confidential telegrams", "classification", Filters(classifications=("CONFIDENTIAL",))),
        ("LOU cables", "classification", Filters(classifications=("LIMITED OFFICIAL USE",))),
        ("Which NODIS cables are there?", "caption", Filters(captions=("NODIS",))),
        ("cables signed by Ambassador Boeker", "signer", Filters(signers=("BOEKER",))),
        ("What went out over Brewin's name?", "signer", Filters(signers=("BREWIN",))),
    ],
)
def test_what_is_said_of_the_cables_is_a_firm_clue(question: str, kind: str, filters: Filters) -> None:
    assert [(clue.kind, clue.filters) for clue in names(question, ARCHIVE) if clue.firm] == [(kind, filters)]
    assert all(clue.text in question for clue in names(question, ARCHIVE))


@pytest.mark.parametrize(
    "question",
    [
        "Were secret talks held in Geneva?",
        "Why was he confidential about it?",
        "What did the embassy in La Paz think?",
        "Who signed the treaty with Bolivia?",
        "Which troops were sent to Lima?",
        "DID BOLIVIA KEEP IT SECRET?",
        "a letter signed by Brezhnev",
        "What did the letter signed by Secretary Boeker say?",
        "What does the OPIC report say?",
        "What was in the confidential report of the commission?",
    ],
)
def test_what_is_only_spoken_of_narrows_nothing(question: str) -> None:
    assert [clue for clue in names(question, ARCHIVE) if clue.firm] == []


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Who signed the La Paz cable of 29 August 1974?", ("signer",)),
        ("Whose name closes the cable?", ("signer",)),
        ("Which minister's name stands at the foot of the May telegram?", ("signer",)),
        ("Who signed La Paz 3188?", ("signer",)),
        ("Who signed La Paz 3?", ("signer",)),
        ("Who signed the 1974 treaty with Peru?", ()),
        ("Who signed the treaty of 1974?", ()),
        ("Where was the commissioner who had signed the passes?", ()),
        ("Which two handling lines does the Lusaka report carry?", ("captions",)),
        ("When was the cable on wheat sent?", ("sent",)),
        ("What classification did the cable carry?", ("classification",)),
        ("How was the cable of May classified?", ("classification",)),
        ("Under which TAGS was it filed?", ("tags",)),
        ("Which earlier message does this telegram refer to?", ("references",)),
        ("Which embassies were sent copies of the cable?", ("addressees",)),
        ("To whom was the telegram addressed?", ("addressees",)),
        ("What precedence did it carry?", ("precedence",)),
        ("Who drafted the telegram?", ("drafter",)),
        ("Who put his name to the May 1974 analysis of the pact?", ("signer",)),
        ("Who put his name to the pact?", ()),
        ("On what day did the embassy in Mauritius report that a licence had been given?", ("sent",)),
        ("On what date did Lusaka report that the paper took him for a spy?", ("sent",)),
        ("On what date did Banzer report to the congress?", ()),
        ("On what day did Ambassador Boeker cable his support?", ("sent",)),
        ("On what date was the text of the decree cabled home?", ("sent",)),
        ("On what day of 1974 was the message sent whose author kept a map?", ("sent",)),
        ("Who classified the September 2007 cable about the wreath?", ("classifier",)),
        ("Which officer is named in the classification line?", ("classifier",)),
        ("Under which subject tags did the October 1978 cable go?", ("tags",)),
        ("Which of its own messages of the day before does the embassy cite?", ("references",)),
        ("Which telegram from Tokyo is cited in the January 1975 report?", ("references",)),
        ("Which instruction from Washington does the return list as its first reference?", ("references",)),
        ("When did the ambassador inform Banzer of the credit?", ()),
        ("When did the IMF mission report its findings?", ()),
        ("When were the bank accounts blocked and the money sent abroad?", ()),
        ("What was the first reference to Cuba in the talks?", ()),
        ("What instructions did the Department give on how to answer the Soviets?", ()),
        ("What did the embassy in Lima say was sent to the rebels?", ()),
        ("Who approved the sending of troops?", ()),
        ("Which loans were approved by the Bank?", ()),
        ("Which reports were cited by the minister as proof?", ()),
        ("Which two posts were asked to act on the Department's instruction?", ("addressees",)),
        ("To which department was the La Paz inquiry about flour addressed?", ("addressees",)),
        ("Which post told Washington that the Argentines had canvassed its host?", ("origin",)),
        ("From which American embassy did Thompson, having left Moscow, send his last thoughts?", ("origin",)),
        ("From which city did Dulles cable the President?", ("origin",)),
        ("Who sent 77YAOUNDE2366 and when?", ("sent", "origin")),
        ("Who sent the troops, and when?", ()),
        ("From which capital did Egypt send troops?", ()),
        ("Who at the Department approved the telegram on rights?", ("drafter",)),
        ("Who approved the loan?", ()),
        ("Who approved the draft treaty?", ()),
        ("When was the draft treaty sent to Chile?", ()),
        ("When did the company lay the new cable to Lagos?", ()),
        ("Which two departments were to receive flights of food?", ()),
        ("Until what date did the talks remain secret?", ()),
        ("When was Stedman's cable on wheat sent?", ("sent",)),
        ("Until what date was the assessment of the unions to remain classified?", ("declassify",)),
        ("Which Executive Order gave Romania most-favored treatment?", ()),
        ("What did the minister say of the price tags?", ()),
        ("Who signed? Nobody knows when it was sent", ("signer",)),
        ("How many officers were trained?", ()),
        ("When did Banzer promise elections?", ()),
        ("Which meeting did the Barbadian foreign minister refer to?", ()),
        ("How urgently does Bolivia need wheat?", ()),
        ("What was the subject of the talks between Banzer and Geisel?", ()),
        ("Which claim takes precedence over the treaty?", ()),
        ("Who was the drafter of the new constitution?", ()),
    ],
)
def test_facts_of_the_head_that_are_asked_for(question: str, facts: tuple[str, ...]) -> None:
    assert header_facts(question) == facts


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What do the cables from Lima say about the tuna licenses?", ()),
        ("Summarise what the Secret telegrams of 1979 say on the unions.", ()),
        ("On what day did Lima report that the tuna licenses were sold?", ("sent",)),
    ],
)
def test_what_several_cables_say_is_no_fact_of_a_head(question: str, asks: tuple[str, ...], tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite3", writable=True)
    assert understand(question, catalog).asks == asks
    catalog.close()


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("From which capital came the report that the minister had resigned?", ("origin",)),
        ("How secret was the assessment of the junta's first week marked?", ("classification",)),
        ("Who got copies of the wire on the strike?", ("addressees",)),
        ("The cable on the tin strike answers which earlier one?", ("references",)),
        ("What heading does the report on the harvest bear?", ("subject",)),
        ("From which capital did the delegation come?", ()),
        ("How secret was the plan kept from the party?", ()),
        ("Which bank got copies of the contract?", ()),
        ("Whose letter did the ambassador hand over, and when?", ()),
        ("On which day did the king urge reticence?", ()),
        ("?", ()),
    ],
)
def test_what_no_pattern_knows_is_recognised_by_what_was_taught(question: str, facts: tuple[str, ...]) -> None:
    assert (said_plainly(question), header_facts(question)) == ((), facts)


def test_each_clause_of_a_question_for_two_facts_is_known() -> None:
    asked = "The wire on the tin strike: over whose name did it go and how secret was it rated?"
    assert header_facts(asked) == ("signer", "classification")


@pytest.mark.parametrize(
    ("question", "strength"),
    [
        ("Who signed the July 1974 wire on the strike?", "firm"),
        ("Whose name closes the appeal of July 1974 for tents?", "firm"),
        ("Who signed the telegram on the July 1974 strike?", "hint"),
        ("What did the July 1974 appeal ask for?", "hint"),
        ("Who signed the July 1974 telegram on the strike?", "binding"),
    ],
)
def test_a_period_beside_any_word_for_a_message_tells_when_it_was_sent(
    question: str, strength: str, tmp_path: Path
) -> None:
    (sent,) = understand(question, Catalog(tmp_path / "catalog.sqlite3", writable=True)).understood
    assert (sent.kind, sent.strength) == ("sent", strength)


def test_a_question_becomes_a_query(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite3", writable=True)
    query = understand("What did La Paz report  in March 1974?", catalog, Filters(tags=("EAID",)))
    assert query == Query(
        text="What did La Paz report in March 1974?",
        filters=Filters(tags=("EAID",)),
        understood=(
            Clue(
                "sent",
                "March 1974",
                "sent in March 1974",
                Filters(since=date(1974, 3, 1), until=date(1974, 3, 31)),
                "firm",
            ),
            Clue("post", "La Paz report", "sent by La Paz", Filters(posts=("LAPAZ",)), "firm"),
        ),
    )
    assert query.wanted == Filters(since=date(1974, 3, 1), until=date(1974, 3, 31), posts=("LAPAZ",), tags=("EAID",))
    without = understand("What did La Paz report in March 1974?", catalog, ignore=["March 1974"])
    assert without.wanted == Filters(posts=("LAPAZ",))
    catalog.close()


@pytest.mark.parametrize(
    ("given_", "guessed", "wanted"),
    [
        (Filters(posts=("LIMA",)), Filters(posts=("LAPAZ",)), Filters(posts=("LIMA",))),
        (Filters(since=date(1975, 1, 1)), Filters(until=date(1974, 1, 1)), Filters(since=date(1975, 1, 1))),
        (
            Filters(since=date(1974, 1, 1)),
            Filters(since=date(1974, 3, 1), until=date(1974, 3, 31)),
            Filters(since=date(1974, 3, 1), until=date(1974, 3, 31)),
        ),
    ],
)
def test_what_a_person_sets_stands_above_what_is_guessed(given_: Filters, guessed: Filters, wanted: Filters) -> None:
    assert given_.narrowed(guessed) == wanted


def test_two_periods_are_either_of_them() -> None:
    one, two = (
        Clue("sent", f"May {year}", "", Filters(since=date(year, 5, 1), until=date(year, 5, 31)), "firm")
        for year in (1974, 1979)
    )
    assert Query("…", understood=(one, two)).wanted == Filters(since=date(1974, 5, 1), until=date(1979, 5, 31))
