"""Prompts know their fields, and the callers fill just those."""

from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from prompts import load_prompt, prompt_names
from qa.answer import to_messages
from qa.reading import read
from qa.records import Passage

FIELDS = {
    "answer": frozenset[str](),
    "examples": set(),
    "meant": set(),
    "compared_examples": set(),
    "joined_examples": set(),
    "judge": {"gold", "question", "answer"},
    "question": {"sources", "question"},
    "parts": set(),
    "paragraph": {"cable_id", "label", "origin", "day", "subject", "text", "question"},
    "reading": set(),
    "sentence": set(),
    "stated": set(),
    "source": {"marker", "cable_id", "label", "origin", "day", "subject", "text"},
}

SOURCE = Passage(
    1, 1.0, "07ASTANA3162", 5, 4, "¶4", "2007-11-20T11:58:00Z", "ASTANA", "TIP", "UNCLASSIFIED", "97 were $trained.",
    ("terms",),
)  # fmt: skip


def test_every_prompt_has_the_fields_its_caller_fills() -> None:
    assert {name: load_prompt(name).fields for name in prompt_names()} == FIELDS


class Weighing:
    """Keeps what it was asked for the weights of."""

    def __init__(self) -> None:
        self.asked: list[list[BaseMessage]] = []

    def first_words(self, messages: list[BaseMessage]) -> dict[str, float]:
        self.asked.append(messages)
        return {}


def test_the_examples_are_asked_as_the_question_is_and_half_of_them_are_not_stated() -> None:
    model: Any = Weighing()
    assert [each.hoped for each in read(model, "How many?", SOURCE, "97 were $trained.")] == [True, False]
    alone, messages = model.asked
    assert len(alone) == 1 and alone[0].text.endswith(f"Question: How many?\n\n{load_prompt('reading').text}")
    assert messages[-1].text.endswith(f"Question: How many?\n\n{load_prompt('stated').text}")
    replies = [each.text for each in messages[1::2]]
    assert [reply == "Not stated" for reply in replies] == [False, True, False, True]
    for example, reply in zip(messages[:-1:2], replies, strict=True):
        paragraph, question, task = example.text.rsplit("\n\n", 2)
        assert question.startswith("Question: ") and task == load_prompt("stated").text
        assert reply == "Not stated" or reply.lower() in paragraph.lower()


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        load_prompt("question").fill(sources="…")


def test_a_fingerprint_follows_the_text() -> None:
    assert len({load_prompt(name).fingerprint for name in prompt_names()}) == len(prompt_names())


def test_the_rules_stand_first_and_the_question_last() -> None:
    system, human = to_messages("How many?", [SOURCE], ["97 were $trained."])
    assert system.content == load_prompt("answer").text
    assert human.content == (
        "Sources:\n\n[1] 07ASTANA3162 ¶4, ASTANA, 20 November 2007. TIP\n97 were $trained.\n\nQuestion: How many?"
    )
