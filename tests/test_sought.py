"""What kind of thing a question asks for, and whether a text has one."""

import pytest

from qa.understand.sought import Sought, asks_for_account, asks_whether, could_answer, has_sought, sought_by


@pytest.mark.parametrize(
    ("question", "sought"),
    [
        ("How many officers were trained?", "number"),
        ("How large was the fleet?", "number"),
        ("How large was the loan held out to the government?", "money"),
        ("What price per ton was agreed?", "money"),
        ("How much was the company paid?", "money"),
        ("What monthly pay did members of the council get?", "money"),
        ("By what percentage did output drop?", "share"),
        ("What yearly interest rate applied to the credit?", "share"),
        ("When was the treaty signed?", "day"),
        ("On what date did the reply leave?", "day"),
        ("How long a prison term was he given?", "span"),
        ("For how many years was the pact to run?", "span"),
        ("Since when had the port been closed?", "day"),
        ("When the envoy left, how many guards were with him?", "number"),
        ("When the envoy left, what did he say?", "words"),
        ("How did he link the float to how long he would stay?", "words"),
        ("Who was paid, and how much?", "words"),
        ("How much wheat was lost, and what was the price?", "number"),
        ("Who chaired the forum?", "words"),
        ("What did the dam cost?", "money"),
        ("What was the budget of the ministry?", "money"),
        ("What would the Fund be empowered to do?", "words"),
        ("What did the budget committee decide?", "words"),
        ("Which loan did the Bank refuse?", "words"),
        ("Which figure led the opposition?", "words"),
        ("How far did the talks get?", "words"),
        ("Why did the talks fail?", "words"),
        ("How did the embassy explain it?", "words"),
    ],
)
def test_a_question_seeks_a_kind_of_thing(question: str, sought: Sought) -> None:
    assert sought_by(question) == sought


@pytest.mark.parametrize(
    ("sought", "text", "question", "has"),
    [
        ("number", "A TOTAL OF 97 OFFICERS WERE TRAINED.", "How many officers?", True),
        ("number", "Nineteen cases were open.", "How many cases?", True),
        ("number", "The 1974 floods ruined many homes.", "How many homes were lost in 1974?", False),
        ("money", "THE OFFER WAS $225 MILLION.", "How large was the loan?", True),
        ("money", "40 members sit on the council.", "What monthly pay do members get?", False),
        ("share", "OUTPUT FELL 12.8 PERCENT.", "By what percentage did it drop?", True),
        ("share", "Output fell to 28,000 barrels.", "By what percentage did it drop?", False),
        ("day", "ELECTIONS WOULD BE HELD IN OCTOBER 1975.", "When would elections be held?", True),
        ("day", "On March 3 he spoke.", "When, after March 3, did he leave?", False),
        ("span", "He was sentenced to five years.", "How long a term was he given?", True),
        ("span", "They were freed FOURTEEN DAYS after.", "How many days were they held?", True),
        ("span", "He has read the gauge since 1994.", "How long had he read the gauge?", True),
        ("span", "The case is before the court.", "How long a term was he given?", False),
        ("span", "A brief flight of 13 minutes was flown.", "How long did the flight last?", True),
        ("span", "The pier reaches 240 metres into the bay.", "How long is the pier?", True),
        ("span", "The ban stands until the end of May.", "How long will the ban last?", True),
        ("span", "The ban stands until parliament meets.", "How long will the ban last?", False),
        ("words", "Anything at all.", "Who was it?", True),
    ],
)
def test_a_text_has_what_is_sought_beyond_what_the_question_has_itself(
    sought: Sought, text: str, question: str, has: bool
) -> None:
    assert has_sought(sought, text, question) is has


@pytest.mark.parametrize(
    ("question", "account"),
    [
        ("Why did the talks fail?", True),
        ("How did the embassy explain the delay?", True),
        ("In 1974, how did the minister answer?", True),
        ("Did the minister agree?", True),
        ("How many officers were trained?", False),
        ("Who explained how it was done?", False),
        ("On what date did the reply leave?", False),
    ],
)
def test_a_question_asks_for_an_account_or_for_a_fact(question: str, account: bool) -> None:
    assert asks_for_account(question) is account


@pytest.mark.parametrize(
    ("question", "whether"),
    [
        ("Did the minister agree?", True),
        ("On 18 June, was the rally set for before or after the attack?", True),
        ("Which came first, the strike or the coup?", True),
        ("Who said whether the minister had agreed?", True),
        ("What did the minister agree to?", False),
        ("Before the strike, who chaired the forum?", False),
    ],
)
def test_a_question_asks_for_a_yes_or_for_one_of_what_it_names(question: str, whether: bool) -> None:
    assert asks_whether(question) is whether


@pytest.mark.parametrize(
    ("question", "text", "sent", "could"),
    [
        ("How much was the loan?", "The loan was $4 million.", "1974-05-01T00:00:00Z", True),
        ("How much was the loan?", "A loan was granted.", "1974-05-01T00:00:00Z", False),
        ("Who won the 1980 election?", "The winner takes office in August.", "1979-12-26T00:00:00Z", False),
        ("Who won the 1980 election?", "The winner took office in August.", "1980-12-26T00:00:00Z", True),
        ("Who was expected to win the 1980 election?", "Siles leads.", "1979-12-26T00:00:00Z", True),
        ("What became of the plan between 1974 and 1979?", "It was dropped.", "1975-01-01T00:00:00Z", True),
        ("Who won the 1980 election?", "Siles won.", None, True),
        ("How much was the loan, and who signed for it?", "Alba signed.", None, True),
        ("Who received the 2000 rifles?", "The gendarmerie had them.", "1975-05-01", True),
        ("When did the shooting begin?", "It began at 0430 hours.", None, True),
        ("When did the President leave?", "He left on the 15th.", None, True),
        ("How soon will he leave?", "On 12 May.", None, True),
        ("How much was the fine?", "It was 800 leones.", None, True),
    ],
)
def test_a_text_could_answer_or_could_not(question: str, text: str, sent: str | None, could: bool) -> None:
    assert could_answer(question, text, sent) is could
