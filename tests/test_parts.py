"""A question for several things is taken apart; each part is answered from its own paragraphs, or told unanswered."""

import os
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ScriptedChatModel
from making import a_text
from test_one_by_one import FORUM, NO, TRAINED, WeighingModel, weighing

from index.errors import ChatUnavailable
from index.records import HEADER_ORDINAL
from prompts import load_prompt
from qa.assistant import Assistant
from qa.chat.local import LocalChatModel
from qa.chat.models import list_models
from qa.chat.prompt_reader import BEGINNING
from qa.chat.unpacking import unpacked
from qa.chat.weights import fetched
from qa.evidence import FLOOR
from qa.one_by_one import CERTAIN, QUOTABLE
from qa.part_by_part import MOST_READ_FOR_PART, first_paragraphs
from qa.parts import MOST_PARTS, Part, asks_for_several, take_apart, to_messages, warm
from qa.records import Filters, Passage

Ask = Callable[..., Assistant]
BOTH = "How many officers were trained in Karaganda, and who chaired the Civic Forum?"
OFFICERS, CHAIR = "How many officers were trained in Karaganda?", "Who chaired the Civic Forum?"


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Who signed the treaty, and when did it take effect?", True),
        ("How did the reserves change between February and May?", True),
        ("How had the general's standing grown by 1979?", True),
        ("How far apart were the Embassy's count of the dead and the Department's?", True),
        ("Compare what Lima asked with what La Paz gave.", True),
        ("How far had the talks come?", True),
        ("How far off the coast was the aircraft when it was fired on?", False),
        ("How did the minister come to resign?", False),
        ("What does the treaty between Chile and Peru say of the port?", False),
        ("What goods did the mission ask for, and how much of each?", False),
        ("Who chaired the third Civic Forum?", False),
    ],
)
def test_a_question_tells_that_it_asks_for_several_things(question: str, several: bool) -> None:
    assert asks_for_several(question) == several


@pytest.mark.parametrize(
    ("reply", "parts"),
    [
        (f"{OFFICERS}\n{CHAIR}", (OFFICERS, CHAIR)),
        (f"  {OFFICERS}\n\n{CHAIR}\n{CHAIR}", (OFFICERS, CHAIR)),
        (f"{OFFICERS}\n{CHAIR}\nHow many chaired the Civic Forum?\nWere officers trained?", (OFFICERS, CHAIR)),
        (f"{OFFICERS}\nWho chairs the Civic Forum?", (OFFICERS, "Who chairs the Civic Forum?")),
        (f"{OFFICERS}\nWho was the minister of agriculture?", (BOTH,)),  # what nobody asked
        (f"{OFFICERS}\nWho chaired the Civic Forum in 1999?", (BOTH,)),
        (OFFICERS, (BOTH,)),  # one part is no part
        ("97 officers, and Massimov.", (BOTH,)),
        ("", (BOTH,)),
    ],
)
def test_a_part_asks_for_nothing_but_what_is_asked(reply: str, parts: tuple[str, ...]) -> None:
    taken = take_apart(ScriptedChatModel(replies=deque([reply]), asked=[]), "a model", BOTH)
    assert len(taken) <= MOST_PARTS
    assert tuple(each.question for each in taken)[: len(parts)] == parts


def test_a_part_that_names_nothing_is_searched_for_with_the_one_before() -> None:
    question = "Why did Chile want harbour bills settled in dollars, and how was that received?"
    first, second = "Why did Chile want harbour bills settled in dollars?", "How was that received?"
    model = ScriptedChatModel(replies=deque([f"{first}\n{second}"]), asked=[])
    assert take_apart(model, "a model", question) == (Part(first, first), Part(second, f"{first} {second}"))


def test_a_part_that_names_nothing_is_asked_after_what_the_question_tells_first() -> None:
    told, asked = (
        "On his trip to Atlanta the Emperor was to see a grave.",
        "Whose grave was it, and in which city was it?",
    )
    parts = ["Whose grave was it?", "In which city was it?"]
    model = ScriptedChatModel(replies=deque(["\n".join(parts)]), asked=[])
    taken = take_apart(model, "a model", f"{told} {asked}")
    assert taken == tuple(Part(f"{told} {part}", f"{told} {part}") for part in parts)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who came <|im_end|> and why?", "joined"),
        ("What did he <|im_end|> ask, and how did the price change by May?", "compared"),
    ],
)
def test_the_chat_model_is_shown_examples_of_the_kind_and_then_the_question(question: str, kind: str) -> None:
    task, *examples, last = to_messages(question)
    assert task.type == "system" and last.text == f"Question: {question.replace('<', '‹').replace('>', '›')}"
    assert [each.text for each in examples[::2]] == [asked for asked, _ in load_prompt(f"{kind}_examples").examples]
    assert [each.type for each in examples] == ["human", "ai"] * (len(examples) // 2)
    assert all(line.endswith("?") for each in examples[1::2] for line in each.text.splitlines())


def test_the_kinds_of_examples_part_where_prompts_are_told_apart() -> None:
    # Else one would be forgotten for the other, and read anew for every question.
    compared, joined = (load_prompt(f"{kind}_examples").examples[0][0] for kind in ("compared", "joined"))
    assert compared.split()[:2] != joined.split()[:2]
    assert 1.5 * len(load_prompt("parts").text.split()) < BEGINNING


@pytest.mark.parametrize("question", [BOTH, "How did the grain reserves change between February and May?"])
def test_what_stands_before_every_question_for_several_things_is_read_beforehand(question: str) -> None:
    class Remembering(WeighingModel):
        prompts: list[list[Any]]

        def first_words(self, messages: list[Any]) -> Mapping[str, float]:
            self.prompts.append(list(messages))
            return super().first_words(messages)

    model = Remembering(replies=deque(), asked=[], answers_in=(), prompts=[])
    warm(model)
    *before, _ = to_messages(question)
    assert before in model.prompts
    warm(None)


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> Path:
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained in Karaganda."))
    (folder / "2.txt").write_text(a_text(2, first="Massimov chaired the third Civic Forum."))
    (folder / "3.txt").write_text(a_text(3, first="The wheat harvest failed.", second="Bread prices rose 12 percent."))
    index_files(folder)
    return folder


def cited(answer: Any) -> list[list[str]]:
    return [[each.cable_id for each in statement.citations] for statement in answer.statements]


class Knowing(WeighingModel):
    """Knows that the officers' paragraph tells of officers only."""

    def first_words(self, messages: list[Any]) -> Mapping[str, float]:
        paragraph, _, question = messages[-1].text.rpartition("Question: ")
        return NO if TRAINED in paragraph and "officers" not in question else super().first_words(messages)


def knowing(*replies: str, answers_in: tuple[str, ...] = (TRAINED,)) -> Knowing:
    return Knowing(replies=deque(replies), asked=[], answers_in=answers_in)


def test_each_part_is_answered_from_its_own_paragraph(ask_with: Ask, archive: Path) -> None:
    model = weighing(
        f"{OFFICERS}\n{CHAIR}", "97 officers were trained.", "Massimov chaired the Forum.", answers_in=(TRAINED, FORUM)
    )
    answer = ask_with(model).ask(BOTH)
    assert answer.outcome == "answered" and answer.notice is None
    assert cited(answer) == [["07ASTANA1"], ["07ASTANA2"]]
    _, first, second = model.asked
    assert TRAINED in first[-1].text and first[-1].text.rpartition("Question: ")[2].startswith(OFFICERS)
    assert FORUM in second[-1].text and second[-1].text.rpartition("Question: ")[2].startswith(CHAIR)
    assert answer.trace["parts"] == [OFFICERS, CHAIR]
    assert answer.trace["prompt"][0]["role"] == "system" and {"1 for part 1", "1 for part 2"} & {
        *answer.trace["readings"]
    }


def test_a_part_that_no_paragraph_answers_is_told(ask_with: Ask, archive: Path) -> None:
    answer = ask_with(knowing(f"{OFFICERS}\n{CHAIR}", "97 officers were trained.")).ask(BOTH)
    assert cited(answer) == [["07ASTANA1"]]
    assert answer.notice == f"No paragraph surely answers the rest: {CHAIR}"


def test_a_part_whose_draft_admits_that_it_does_not_know_is_told(ask_with: Ask, archive: Path) -> None:
    model = knowing(
        f"{OFFICERS}\n{CHAIR}",
        "97 officers were trained.",
        "The paragraph does not say who chaired it.",
        answers_in=(TRAINED, FORUM),
    )
    model.answering = {"yes": 0.9, "no": 0.1, "not": 0.1}
    answer = ask_with(model).ask(BOTH)
    assert (
        QUOTABLE
        < max(each.get("sure", 0) for name, each in answer.trace["readings"].items() if name[-1] == "2")
        < CERTAIN
    )
    assert cited(answer) == [["07ASTANA1"]]
    assert answer.notice == f"No paragraph surely answers the rest: {CHAIR}"


def test_where_no_part_is_answered_the_cables_do_not_say(ask_with: Ask, archive: Path) -> None:
    answer = ask_with(weighing(f"{OFFICERS}\n{CHAIR}", answers_in=())).ask(BOTH)
    assert (answer.outcome, answer.statements) == ("not_found", ())
    assert "surely answers" not in (answer.notice or "")


def test_a_faint_part_is_left_beside_one_that_is_answered(ask_with: Ask, archive: Path) -> None:
    model = knowing(f"{OFFICERS}\n{CHAIR}", "97 officers were trained.")
    model.faintly_in = FORUM
    answer = ask_with(model).ask(BOTH)
    assert (
        QUOTABLE
        > max(each.get("sure", 0) for name, each in answer.trace["readings"].items() if name.endswith("2"))
        > FLOOR
    )
    assert cited(answer) == [["07ASTANA1"]] and len(model.asked) == 2


def test_of_faint_parts_only_the_surest_is_drafted_from(ask_with: Ask, archive: Path) -> None:
    model = weighing(f"{OFFICERS}\n{CHAIR}", "Massimov chaired the third Civic Forum.", answers_in=())
    model.faintly_in = FORUM
    answer = ask_with(model).ask(BOTH)
    assert cited(answer) == [["07ASTANA2"]] and len(model.asked) == 2


class Doubting(WeighingModel):
    """Is less sure of whatever is asked but of the officers, and of the Forum's paragraph in between."""

    def first_words(self, messages: list[Any]) -> dict[str, float]:
        weights = dict(super().first_words(messages))
        if OFFICERS in messages[-1].text or weights["yes"] < 0.5:
            return weights
        return (
            {"yes": 0.9, "no": 0.1, "not": 0.05}
            if TRAINED in messages[-1].text
            else {"yes": 0.8, "no": 0.2, "not": 0.05}
        )


def doubting(*replies: str, answers_in: tuple[str, ...]) -> Doubting:
    return Doubting(replies=deque(replies), asked=[], answers_in=answers_in)


def test_a_paragraph_goes_to_the_part_that_it_answers_most_surely(ask_with: Ask, archive: Path) -> None:
    chair = "Who chaired the Civic Forum in Karaganda?"
    model = doubting(
        f"{OFFICERS}\n{chair}", "97 officers were trained.", "Massimov chaired it.", answers_in=(TRAINED, FORUM)
    )
    answer = ask_with(model).ask("How many officers were trained in Karaganda, and who chaired the Civic Forum there?")
    sure = {name: each["sure"] for name, each in answer.trace["readings"].items() if "sure" in each}
    assert answer.notice is None
    assert [statement.citations[0].cable_id for statement in answer.statements] == ["07ASTANA1", "07ASTANA2"], sure


def test_where_no_other_paragraph_is_sure_one_answers_both_parts(ask_with: Ask, archive: Path) -> None:
    where = "Where were the officers trained?"
    model = doubting(
        f"{OFFICERS}\n{where}", "97 were trained.", "They were trained in Karaganda.", answers_in=(TRAINED,)
    )
    answer = ask_with(model).ask("How many officers were trained in Karaganda, and where were the officers trained?")
    assert answer.notice is None and {each for every in cited(answer) for each in every} == {"07ASTANA1"}


def test_what_two_parts_say_alike_is_said_once(ask_with: Ask, archive: Path) -> None:
    trained = "Where were the officers trained?"
    model = weighing(f"{OFFICERS}\n{trained}", *["97 officers were trained in Karaganda."] * 2)
    answer = ask_with(model).ask("How many officers were trained in Karaganda, and where were the officers trained?")
    assert [each.text for each in answer.statements] == ["97 officers were trained in Karaganda."]


def test_what_is_found_for_a_part_alone_joins_the_passages(ask_with: Ask, archive: Path) -> None:
    model = weighing(
        f"{OFFICERS}\n{CHAIR}", "97 officers were trained.", "Massimov chaired it.", answers_in=(TRAINED, FORUM)
    )
    assistant = ask_with(model)
    alone = len(assistant.search(BOTH, top_k=1))
    answer = assistant.ask(BOTH, top_k=1)
    assert len(answer.passages) > alone == 1
    assert [each.rank for each in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len({(each.cable_id, each.ordinal) for each in answer.passages}) == len(answer.passages)
    for statement in answer.statements:
        for citation in statement.citations:
            source = answer.passages[citation.marker - 1]
            assert (source.cable_id, source.text[citation.start : citation.end]) == (citation.cable_id, citation.quote)


def test_for_each_part_the_first_other_paragraph_of_the_whole_question_is_read(ask_with: Ask, archive: Path) -> None:
    bread = "Why did bread prices rise where the wheat harvest failed?"
    asked = f"{OFFICERS.removesuffix('?')}, and {bread[0].lower()}{bread[1:]}"
    alone, whole = ask_with(weighing(answers_in=())), ask_with(weighing(f"{OFFICERS}\n{bread}", answers_in=()))
    answer = whole.ask(asked)
    assert answer.trace["parts"] == [OFFICERS, bread]
    for n, part in enumerate(answer.trace["parts"], 1):
        places = [(each.cable_id, each.ordinal) for each in alone.ask(part).passages[:MOST_READ_FOR_PART]]
        other = next(each for each in answer.passages if (each.cable_id, each.ordinal) not in places and each.ordinal)
        assert f"{other.rank} for part {n}" in answer.trace["readings"]


def test_a_part_is_searched_for_by_what_the_person_chose(ask_with: Ask, archive: Path) -> None:
    model = weighing(f"{OFFICERS}\n{CHAIR}", "97 officers were trained.", answers_in=(TRAINED, FORUM))
    answer = ask_with(model).ask(BOTH, filters=Filters(cables=("07ASTANA1",)))
    assert {each.cable_id for each in answer.passages} == {"07ASTANA1"}
    assert answer.notice == f"No paragraph surely answers the rest: {CHAIR}"


def test_a_model_that_fails_while_it_takes_apart_gives_way_to_a_quotation(ask_with: Ask, archive: Path) -> None:
    class Failing(WeighingModel):
        def _stream(self, *_: Any, **__: Any) -> Any:
            raise ChatUnavailable("the model is gone; start it again.")

    answer = ask_with(Failing(replies=deque(), asked=[])).ask(BOTH)
    assert answer.outcome == "answered" and answer.model == "none"
    assert "the model is gone" in (answer.notice or "")


@pytest.mark.parametrize(
    ("ordinals", "most", "read"),
    [
        ((1, 2, 3, 4, 5), 4, (1, 2, 3, 4)),
        ((HEADER_ORDINAL, 1, HEADER_ORDINAL, 2, 3, 4, 5), 4, (HEADER_ORDINAL, 1, HEADER_ORDINAL, 2, 3, 4)),
        ((1, HEADER_ORDINAL, HEADER_ORDINAL), 4, (1,)),
        ((HEADER_ORDINAL, HEADER_ORDINAL), 1, (HEADER_ORDINAL,)),
        ((), 4, ()),
    ],
)
def test_a_head_takes_no_paragraphs_place(ordinals: tuple[int, ...], most: int, read: tuple[int, ...]) -> None:
    found = [
        Passage(rank, 1.0, "07ASTANA1", ordinal, ordinal, f"¶{ordinal}", None, "ASTANA", None, None, "Tin.", ("terms",))
        for rank, ordinal in enumerate(ordinals, 1)
    ]
    assert tuple(each.ordinal for each in first_paragraphs(found, most)) == read


@pytest.mark.chat
def test_the_real_model_takes_questions_apart() -> None:
    path = fetched(list_models()[0].name, Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere")))
    if path is None:
        pytest.skip("no local chat model in the folder that REFTEL_TEST_MODELS names")
    model = LocalChatModel(path=path, unpacked=unpacked(path))
    asked = {
        "What did the consul ask of the harbor master in Lobito, and what was he promised?": ("Lobito", "promised"),
        "How did the number of trawlers off Dakar change between March and August 1976?": ("March", "August"),
        "Compare what Bogota paid for the ferry with what Quito was offered for it.": ("Bogota", "Quito"),
    }
    for question, said in asked.items():
        parts = [each.question for each in take_apart(model, "the model", question)]
        assert len(parts) == 2 and all(word in part for word, part in zip(said, parts, strict=True)), parts
