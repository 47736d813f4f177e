"""How many sources a chat model has room for: the prompt is counted in its own tokens and held to its window.

The local model counts exactly, by its own tokenizer and template; another is counted as LangChain
estimates it. A window that nobody tells is not guarded: the provider's refusal is then told as it is.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

REPLY = 256
"""Tokens kept free for the reply, where the model does not say how long one may be."""

SPARE = 1.1
"""An estimate is taken this much larger: capitals and figures have more tokens than prose."""


def window_of(chat_model: "BaseChatModel") -> int | None:
    """The context window in tokens, as the model or its provider's profile tells; None where neither does."""
    told = getattr(chat_model, "context", None) or getattr(chat_model, "num_ctx", None)
    profile = getattr(chat_model, "profile", None) or {}
    window = told or profile.get("max_input_tokens")
    return int(window) if window else None


def count_tokens(chat_model: "BaseChatModel", messages: "Sequence[BaseMessage]") -> int:
    """Tokens of a prompt: exactly where the model counts them itself, else as LangChain estimates them."""
    if hasattr(chat_model, "count_tokens"):
        return chat_model.get_num_tokens_from_messages([*messages])
    from langchain_core.messages.utils import count_tokens_approximately

    return int(SPARE * count_tokens_approximately(messages))


def fitted(
    chat_model: "BaseChatModel", to_prompt: "Callable[[int], list[BaseMessage]]", n_sources: int
) -> "tuple[list[BaseMessage], int]":
    """The prompt with as many sources, from the first, as the window holds, and how many those are; one at least.

    Args:
        to_prompt: the prompt with so many sources.
    """
    messages = to_prompt(n_sources)
    window = window_of(chat_model)
    if window is None:
        return messages, n_sources
    room = window - int(getattr(chat_model, "max_tokens", None) or REPLY)
    # No text has more tokens than bytes: what is short enough need not be counted.
    if sum(len(each.text.encode()) for each in messages) < room:
        return messages, n_sources
    while n_sources > 1 and count_tokens(chat_model, messages) > room:
        n_sources -= 1
        messages = to_prompt(n_sources)
    return messages, n_sources


def left_out(n_sources: int, n_shown: int) -> str | None:
    """What to tell the person where sources did not fit."""
    if n_shown == n_sources:
        return None
    return (
        f"The chat model's window holds {n_shown} of the {n_sources} sources found; raise chat_context, or choose a "
        "model with a larger one."
    )
