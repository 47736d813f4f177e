"""Query + Passages -> a draft with [n] markers, streamed from the chat model.

The sources are numbered per paragraph, the fixed words stand first (so that a model's prefix
cache serves them) and the question last, where a small model heeds it best.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from prompts import load_prompt
from qa.orders import for_model
from qa.records import Passage
from qa.shield import shown

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig


def to_messages(question: str, sources: Sequence[Passage], texts: Sequence[str]) -> "list[BaseMessage]":
    """What the chat model is sent: the rules, then the sources in order and the question.

    Args:
        texts: what is shown of each source.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    numbered = "\n\n".join(_show(n, *each) for n, each in enumerate(zip(sources, texts, strict=True), 1))
    return [
        SystemMessage(load_prompt("answer").text),
        HumanMessage(load_prompt("question").fill(sources=numbered, question=shown(question))),
    ]


def stream_draft(
    chat_model: "BaseChatModel",
    name: str,
    messages: "list[BaseMessage]",
    config: "RunnableConfig | None" = None,
) -> Iterator[str]:
    """The draft, as many words at a time as the chat model gives.

    Args:
        name: what the chat model is called to the person, if it fails.
        messages: as `to_messages` makes them.

    Raises:
        ChatError: the model cannot be reached, or breaks off.
    """
    from qa.chat import chat_errors

    with chat_errors(name):
        for chunk in chat_model.stream(messages, config):
            if chunk.text:
                yield chunk.text


def _show(marker: int, source: Passage, text: str) -> str:
    day = f"{datetime.fromisoformat(source.sent):%-d %B %Y}" if source.sent else "undated"
    return load_prompt("source").fill(
        marker=str(marker),
        cable_id=shown(source.cable_id),
        label=source.label,
        origin=shown(source.origin),
        day=day,
        subject=for_model(source.subject or ""),
        text=text,
    )
