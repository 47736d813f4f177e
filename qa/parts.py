"""Question -> the plain questions it is made of, where it asks for more than one thing.

A paragraph that tells half of what is asked does not answer the question, and a small model that is asked whether it
does says so. Such a question is first taken apart (question decomposition, as in Min et al., "Multi-hop Reading
Comprehension through Question Decomposition and Rescoring", 2019) by the chat model, with examples before it; each part
is then searched for and read for by itself. A part may only say what the question says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from index.sentences import sentence_spans
from prompts import load_prompt
from qa.answer import stream_draft
from qa.shield import shown
from qa.words import key_words, names, numbers

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

MOST_PARTS = 3
"""Parts of one question; what comes after is left."""

ADDED = 0.3
"""Share of a part's words that need not be the question's; one word in any case, as of `paid` comes `pay`."""

_ASKING = r"(?:how|what|when|where|which|who|whom|whose|why)"
_COMPARED = re.compile(
    r"\b(?:compare|differ|differs|differed|difference|change[ds]?|trace|respectively|evolve[ds]?|developed|over time|"
    r"side by side|how far apart|and according to|"
    r"how (?:far |much )?(?:did|had|has) .+ (?:(?:develop|shift|harden|soften|widen|narrow)(?:ed)?|deteriorated?|"
    r"shr[iu]nk|grown?|fall(?:en)?|risen?)|"
    r"how far (?:had|has) .+ come)\b",
    re.IGNORECASE,
)
"""What asks for the same of several: of two times, of two persons."""
_JOINED = re.compile(
    rf"\b(?:{_ASKING}|did|does|was|were)\b.+\band (?:\w+ )?{_ASKING}\b(?! (?:much|many)\b.*\beach)\b", re.IGNORECASE
)
"""What asks on, and may lean on what came before: `…, and how was that received?`"""


@dataclass(frozen=True, slots=True)
class Part:
    """One plain question. `searched` is what to search for: more than its own words, where they do not stand alone."""

    question: str
    searched: str


def asks_for_several(question: str) -> bool:
    """Whether one paragraph is not likely to be enough."""
    return bool(_COMPARED.search(question) or _JOINED.search(question))


def to_messages(question: str) -> "list[BaseMessage]":
    """What the chat model is sent to take a question apart: the task, examples of its kind, and the question."""
    from langchain_core.messages import HumanMessage

    kind = "compared" if _COMPARED.search(question) else "joined"
    return [*_before(kind), HumanMessage(f"Question: {shown(question)}")]


def _before(kind: str) -> "list[BaseMessage]":
    """The task, and the examples of a kind."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    messages: list[BaseMessage] = [SystemMessage(load_prompt("parts").text)]
    for asked, reply in load_prompt(f"{kind}_examples").examples:
        messages += [HumanMessage(asked), AIMessage(reply)]
    return messages


def warm(chat_model: Any) -> None:
    """Let a model that weighs its words read what stands before every question that is taken apart.

    Raises:
        ChatError: the chat model fails.
    """
    if hasattr(chat_model, "first_words"):
        for kind in ("compared", "joined"):
            chat_model.first_words(_before(kind))


def take_apart(
    chat_model: "BaseChatModel", name: str, question: str, config: "RunnableConfig | None" = None
) -> tuple[Part, ...]:
    """The parts of a question in their order; the question itself where it has no parts.

    Args:
        name: what the chat model is called to the person, if it fails.

    Raises:
        ChatError: the chat model fails.
    """
    reply = "".join(stream_draft(chat_model, name, to_messages(question), config))
    parts = list(_plain(reply, question))[:MOST_PARTS]
    if len(parts) < 2:
        return (Part(question, question),)
    return tuple(_part(parts[:n], each, question) for n, each in enumerate(parts))


def _plain(reply: str, question: str) -> Iterator[str]:
    """The lines that ask, and only for what is asked; of those that ask the same, the first."""
    asked: list[set[str]] = []
    for line in map(str.strip, reply.splitlines()):
        words = set(key_words(line))
        added = words - set(key_words(question))
        if not line.endswith("?") or numbers(line) - numbers(question) or len(added) > max(1, ADDED * len(words)):
            continue
        if words not in asked:
            asked.append(words)
            yield line


def _part(before: list[str], part: str, question: str) -> Part:
    """A part that shares no name and no number with its question (`How was that received?`) does not stand alone.

    It leans on what the question says before it asks (`He went to see a grave. Whose was it, and where?`), or else on
    the part before it.
    """
    said = {*names(question), *numbers(question)}
    if not said or said & {*names(part), *numbers(part)}:
        return Part(part, part)
    sentences = (question[start:end].strip() for start, end in sentence_spans(question))
    told = [*takewhile(lambda sentence: not sentence.endswith("?"), sentences)]
    if told:
        part = " ".join([*told, part])
        return Part(part, part)
    return Part(part, f"{before[-1]} {part}" if before else question)
