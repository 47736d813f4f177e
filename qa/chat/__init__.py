"""Settings -> chat model: the local one in this process, or any that LangChain can open.

    model = open_chat_model(settings)            # None: there is none, and answers are quotations
    with chat_errors(chat_model_name(settings)):
        for chunk in model.stream(messages): …

`chat_model` in the settings is `none`, `auto` (the local model, where it is fetched), a name
from models.toml, or `provider:model`.
"""

import os
from typing import TYPE_CHECKING

from index.errors import ChatUnavailable
from index.settings import Settings
from qa.chat.models import find_model, list_models
from qa.chat.providers import chat_errors, open_provider
from qa.chat.unpacking import unpacked, worth_unpacking
from qa.chat.weights import fetch, fetched

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["chat_errors", "chat_model_name", "fetch", "fetched", "list_models", "open_chat_model"]

TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


def chat_model_name(settings: Settings) -> str:
    """The name an answer carries: `none`, a local model's, or `provider:model`."""
    if settings.chat_model != "auto":
        return settings.chat_model
    names = (model.name for model in list_models())
    return next((name for name in names if fetched(name, settings.models_folder)), "none")


def open_chat_model(settings: Settings) -> "BaseChatModel | None":
    """The chat model of the settings, or None where they ask for none.

    Raises:
        SettingsError: no local model and no provider has this name.
        ChatUnavailable: it is not fetched, or its package or key is missing.
    """
    name = chat_model_name(settings)
    if name == "none":
        return None
    _send_nothing()
    return open_provider(settings) if ":" in name else _open_local(name, settings)


def _open_local(name: str, settings: Settings) -> "BaseChatModel":
    from qa.chat.local import LocalChatModel

    find_model(name)
    path = fetched(name, settings.models_folder)
    if path is None:
        raise ChatUnavailable(
            f"{name} is not fetched yet; fetch it with: reftel model fetch {name} (or ask with --model none)"
        )
    folder = unpacked(path)
    return LocalChatModel(
        path=path,
        unpacked=folder if folder and worth_unpacking() else None,
        context=settings.chat_context,
        threads=settings.chat_threads,
        timeout=settings.chat_timeout,
    )


def _send_nothing() -> None:
    """No tracing and no usage reports, unless the person has asked for them."""
    if not any(name in os.environ for name in TRACING):
        os.environ["LANGSMITH_TRACING"] = "false"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DO_NOT_TRACK", "1")
