"""Chat models of other makers, opened by LangChain, and their errors in Reftel's words."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.errors import ChatError, ChatUnavailable, ReftelError, ReplyError, SettingsError
from index.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = ("openai", "anthropic", "ollama")
"""Providers whose package comes with `pip install 'reftel[…]'`."""

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
KEY_NAME = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)\b")


def open_provider(settings: Settings) -> "BaseChatModel":
    """The chat model `provider:model` of the settings.

    Raises:
        SettingsError: LangChain knows no such provider.
        ChatUnavailable: its package or its key is missing.
    """
    from langchain.chat_models import init_chat_model

    provider, _, model_name = settings.chat_model.partition(":")
    _check_key(provider, settings)
    try:
        arguments = _arguments(provider, settings)
        model: BaseChatModel = init_chat_model(model_name, model_provider=provider, **arguments)
    except ImportError as error:
        raise _missing_package(provider, error) from None
    except Exception as error:
        raise _cannot_open(settings.chat_model, error) from None
    return model


def _arguments(provider: str, settings: Settings) -> dict[str, Any]:
    if provider == "ollama":
        # Ollama's own default window cuts the beginning of a long prompt and says nothing.
        arguments: dict[str, Any] = {
            "num_ctx": settings.chat_context,
            "client_kwargs": {"timeout": settings.chat_timeout},
        }
    else:
        arguments = {"timeout": settings.chat_timeout, "max_retries": 1}
    if settings.chat_url:
        arguments["base_url"] = settings.chat_url
    if provider == "openai" and settings.chat_url and "OPENAI_API_KEY" not in os.environ:
        # Servers that speak OpenAI's language on one's own machine want none, but the client insists.
        arguments["api_key"] = "none"
    return {"temperature": 0.0, **arguments}


def _check_key(provider: str, settings: Settings) -> None:
    variable = KEYS.get(provider)
    if variable and not settings.chat_url and not os.environ.get(variable):
        raise ChatUnavailable(
            f"{settings.chat_model} needs a key; set the environment variable {variable}, or choose another chat_model."
        )


def _missing_package(provider: str, error: ImportError) -> ChatUnavailable:
    named = re.search(r"pip install (?:-U )?([\w-]+)", str(error))
    package = named[1] if named else f"langchain-{provider}"
    install = f"'reftel[{provider}]'" if provider in EXTRAS else package
    return ChatUnavailable(f"{provider} needs the package {package}; install it with: pip install {install}")


def _cannot_open(name: str, error: Exception) -> ReftelError:
    message = _first_line(error)
    if isinstance(error, ValueError) and message.startswith("Unsupported provider"):
        return SettingsError(
            f"chat_model: {name.partition(':')[0]!r} is no provider that LangChain knows; "
            "write it as openai:…, anthropic:…, ollama:… or another of its names."
        )
    if key := KEY_NAME.search(str(error)):
        return ChatUnavailable(f"{name} needs a key; set the environment variable {key[0]}.")
    return ChatUnavailable(f"{name} cannot be opened: {message}. Check chat_model and chat_url.")


@contextmanager
def chat_errors(name: str = "The chat model") -> Iterator[None]:
    """What goes wrong inside, as ChatError. Reftel's own errors and plain bugs pass unchanged.

    Providers raise classes of their own, which cannot be imported where their package is not
    installed: they are told apart by name and by HTTP status.

    Raises:
        ChatUnavailable: no server, no right key, too many requests, or a time-out.
        ReplyError: the reply has not the form asked for.
        ChatError: the request was refused, for its length for instance.
    """
    try:
        yield
    except ReftelError:
        raise
    except Exception as error:
        told = _tell(name, error)
        if told is None:
            raise
        raise told from error


def _tell(name: str, error: Exception) -> ChatError | None:
    kinds = " ".join(each.__name__ for each in type(error).__mro__)
    status = getattr(error, "status_code", None)
    if status is not None:
        return _tell_status(name, status, error)
    if "Timeout" in kinds:
        return ChatUnavailable(f"{name} did not answer in time; ask again, or raise chat_timeout.")
    if isinstance(error, OSError) or re.search(r"Connect|TransportError", kinds):
        return ChatUnavailable(f"{name} cannot be reached; check that its server runs, the network, and chat_url.")
    if key := KEY_NAME.search(str(error)):
        return ChatUnavailable(f"{name} needs a key; set the environment variable {key[0]}.")
    if isinstance(error, ValueError) or _raised_by(error).startswith("langchain"):
        return ReplyError(f"{name} gave a reply that cannot be used ({_first_line(error)}); ask again.")
    if type(error).__module__ == "builtins":
        return None
    return ChatUnavailable(f"{name} failed ({type(error).__name__}: {_first_line(error)}); ask again.")


def _tell_status(name: str, status: int, error: Exception) -> ChatError:
    message = _first_line(error)
    if status in (401, 403):
        return ChatUnavailable(f"{name} refuses the key; check the key in the environment ({message}).")
    if status == 404:
        return ChatUnavailable(f"{name} is not known to its server ({message}); check chat_model, or pull it there.")
    if status == 429:
        return ChatUnavailable(f"{name} takes no more requests for now ({message}); wait, then ask again.")
    if status >= 500 or status < 0:
        return ChatUnavailable(f"{name} has trouble of its own ({message}); ask again later.")
    return ChatError(f"{name} refused the request ({message}); show it fewer sources, or choose another chat_model.")


def _raised_by(error: Exception) -> str:
    """The module whose line raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""


def _first_line(error: Exception) -> str:
    """The provider's own words, one line of them, without a full stop."""
    lines = str(error).strip().splitlines()
    return (lines[0][:200] if lines else type(error).__name__).rstrip(".")
