"""Settings become a chat model; providers' errors become ours; the real local model answers."""

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from index.errors import ChatError, ChatUnavailable, ReftelError, ReplyError, SettingsError
from index.settings import Settings
from qa.chat import chat_errors, chat_model_name, fetched, list_models, open_chat_model
from qa.chat.engine import count_cores
from qa.chat.local import LocalChatModel, _weights, _yes_share

DEFAULT, SMALL = (model.name for model in list_models())


def put_file(home: Path, name: str) -> None:
    """A file of the right length with nothing in it: what `fetched` looks at."""
    (home / "models").mkdir(exist_ok=True)
    with (home / "models" / f"{name}.gguf").open("wb") as file:
        file.truncate(next(model.bytes for model in list_models() if model.name == name))


@pytest.mark.parametrize(
    ("chat_model", "there", "name"),
    [
        ("none", [DEFAULT], "none"),
        ("auto", [], "none"),
        ("auto", [DEFAULT], DEFAULT),
        ("auto", [SMALL], SMALL),
        ("auto", [SMALL, DEFAULT], DEFAULT),
        (SMALL, [SMALL, DEFAULT], SMALL),
        ("ollama:qwen3:8b", [DEFAULT], "ollama:qwen3:8b"),
    ],
)
def test_name(tmp_path: Path, chat_model: str, there: list[str], name: str) -> None:
    for each in there:
        put_file(tmp_path, each)
    assert chat_model_name(Settings(home=tmp_path, chat_model=chat_model)) == name


def test_local_model_takes_the_settings(tmp_path: Path) -> None:
    put_file(tmp_path, SMALL)
    settings = Settings(home=tmp_path, chat_model=SMALL, chat_context=2048, chat_threads=3, chat_timeout=9)
    model = open_chat_model(settings)
    assert isinstance(model, LocalChatModel)
    assert (model.path, model.context, model.threads, model.timeout) == (
        tmp_path / "models" / f"{SMALL}.gguf",
        2048,
        3,
        9,
    )


def test_none_opens_nothing(tmp_path: Path) -> None:
    assert open_chat_model(Settings(home=tmp_path, chat_model="none")) is None
    assert open_chat_model(Settings(home=tmp_path, chat_model="auto")) is None


@pytest.mark.parametrize(
    ("chat_model", "error", "says"),
    [
        (DEFAULT, ChatUnavailable, f"reftel model fetch {DEFAULT}"),
        ("gpt-5", SettingsError, f"choose one of {DEFAULT}, {SMALL}"),
        ("nobody:anything", SettingsError, "'nobody' is no provider"),
        ("openai:gpt-5", ChatUnavailable, "needs a key; set the environment variable OPENAI_API_KEY"),
        ("anthropic:claude", ChatUnavailable, "needs a key; set the environment variable ANTHROPIC_API_KEY"),
        (
            "groq:llama",
            ChatUnavailable,
            "langchain-groq; install it with: pip install langchain-groq",
        ),
        ("ollama:qwen3", ChatUnavailable, r"langchain-ollama; install it with: pip install 'reftel\[ollama\]'"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chat_model: str, error: type[ReftelError], says: str
) -> None:
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    for package in ("langchain_groq", "langchain_ollama", "langchain_community.chat_models"):
        monkeypatch.setitem(sys.modules, package, None)
    forget_providers()
    with pytest.raises(error, match=says):
        open_chat_model(Settings(home=tmp_path, chat_model=chat_model))


@pytest.mark.parametrize(
    ("chat_model", "more", "package", "given"),
    [
        pytest.param(
            "ollama:qwen3:8b",
            {"chat_context": 4096},
            "langchain_ollama.ChatOllama",
            {"model": "qwen3:8b", "temperature": 0.0, "num_ctx": 4096, "client_kwargs": {"timeout": 7.0}},
            id="ollama gets its context window",
        ),
        pytest.param(
            "openai:gpt-4.1",
            {},
            "langchain_openai.ChatOpenAI",
            {"model": "gpt-4.1", "temperature": 0.0, "timeout": 7.0, "max_retries": 1},
            id="openai",
        ),
        pytest.param(
            "openai:local",
            {"chat_url": "http://localhost:1/v1", "key": None},
            "langchain_openai.ChatOpenAI",
            {
                "model": "local",
                "temperature": 0.0,
                "timeout": 7.0,
                "max_retries": 1,
                "base_url": "http://localhost:1/v1",
                "api_key": "none",
            },
            id="one's own server needs no key",
        ),
    ],
)
def test_provider_takes_the_settings(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chat_model: str,
    more: dict[str, Any],
    package: str,
    given: dict[str, Any],
) -> None:
    key = {"key": "sk-x", **more}.pop("key")
    monkeypatch.setenv("OPENAI_API_KEY", key) if key else monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    module_name, class_name = package.split(".")
    module = ModuleType(module_name)
    setattr(module, class_name, lambda **arguments: arguments)
    monkeypatch.setitem(sys.modules, module_name, module)
    forget_providers()
    settings = {name: value for name, value in more.items() if name != "key"}
    opened = open_chat_model(Settings(home=tmp_path, chat_model=chat_model, chat_timeout=7, **settings))
    forget_providers()
    assert opened == given


def forget_providers() -> None:
    """LangChain remembers the classes it imported."""
    from langchain.chat_models.base import _get_chat_model_creator

    _get_chat_model_creator.cache_clear()


def test_tracing_is_off_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_file(tmp_path, SMALL)
    for variable in [name for name in os.environ if name.startswith(("LANGSMITH_", "LANGCHAIN_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    open_chat_model(Settings(home=tmp_path))
    assert "LANGSMITH_TRACING" not in os.environ
    monkeypatch.delenv("LANGCHAIN_TRACING_V2")
    monkeypatch.setenv("LANGSMITH_TRACING", "")  # so that what is set below is undone
    monkeypatch.delenv("LANGSMITH_TRACING")
    open_chat_model(Settings(home=tmp_path))
    assert os.environ["LANGSMITH_TRACING"] == "false"


class APITimeoutError(Exception):
    """As openai and anthropic call theirs."""


class APIConnectionError(Exception):
    """As openai and anthropic call theirs."""


class ResponseError(Exception):
    """As ollama calls its own, with the status that all of them carry."""

    def __init__(self, status_code: int, message: str = "the server's words") -> None:
        super().__init__(message)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("raised", "error", "says"),
    [
        (APITimeoutError("slow"), ChatUnavailable, "m did not answer in time; ask again"),
        (httpx.ReadTimeout("slow"), ChatUnavailable, "m did not answer in time; ask again"),
        (APIConnectionError("Connection error."), ChatUnavailable, "m cannot be reached; check"),
        (httpx.ConnectError("refused"), ChatUnavailable, "m cannot be reached; check"),
        (ConnectionError("Failed to connect to Ollama."), ChatUnavailable, "m cannot be reached; check"),
        (ResponseError(401), ChatUnavailable, "m refuses the key"),
        (ResponseError(404), ChatUnavailable, r"m is not known to its server \(the server's words\)"),
        (ResponseError(429), ChatUnavailable, "m takes no more requests"),
        (ResponseError(503), ChatUnavailable, "m has trouble of its own"),
        (ResponseError(400, "too long\nand more"), ChatError, r"m refused the request \(too long\)"),
        (TypeError("set ANTHROPIC_API_KEY, please"), ChatUnavailable, "set the environment variable ANTHROPIC_API_KEY"),
        (ValueError("No data received"), ReplyError, r"cannot be used \(No data received\)"),
        (ChatUnavailable("ours"), ChatUnavailable, "^ours$"),
        (TypeError("a bug"), TypeError, "^a bug$"),
    ],
)
def test_errors_at_call_time(raised: Exception, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught, chat_errors("m"):
        raise raised
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("likeliest", "weight"),
    [
        ([("Yes", -0.1), ("No", -0.1)], 0.5),
        ([("Yes", 0.0), ("The", 0.0)], 1.0),
        ([(" no", 0.0)], 0.0),
        ([("yes", -1.0), ("YES", -1.0), ("No", -1.0)], 2 / 3),
        ([("Maybe", 0.0)], 0.5),
    ],
)
def test_yes_is_weighed_against_no(likeliest: list[tuple[str, float]], weight: float) -> None:
    weights = _weights(likeliest)
    assert _yes_share(weights) == pytest.approx(weight)


def test_threads_are_the_cores_there_are() -> None:
    assert 1 <= count_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("content", [None, b"GGUF and then nothing of use"], ids=["absent", "damaged"])
def test_unusable_file_is_one_sentence(
    tmp_path: Path, content: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.gguf"
    if content:
        path.write_bytes(content)
    with pytest.raises(ChatUnavailable, match="reftel model fetch broken"):
        LocalChatModel(path=path).invoke("Hello")
    assert capfd.readouterr() == ("", "")


QUESTION = [
    SystemMessage("Answer in one short sentence."),
    HumanMessage("Source: The Ambassador arrived in Astana on Monday.\n\nWhere did the Ambassador arrive?"),
]
COUNT = "Count from 1 to 400, separated by commas."


@pytest.fixture(scope="module")
def local() -> Iterator[LocalChatModel]:
    folder = Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere"))
    path = fetched(DEFAULT, folder)
    if path is None:
        pytest.skip(f"no {DEFAULT}.gguf in the folder that REFTEL_TEST_MODELS names")
    yield LocalChatModel(path=path, context=1024, timeout=300)


@pytest.mark.chat
def test_whole_reply_equals_streamed_reply(local: LocalChatModel) -> None:
    whole = local.invoke(QUESTION)
    chunks = list(local.stream(QUESTION))
    assert "Astana" in whole.text
    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert len([chunk for chunk in chunks if chunk.text]) > 3
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["input_tokens"] == local.get_num_tokens_from_messages(QUESTION)
    assert whole.response_metadata["finish_reason"] == "stop"
    assert chunks[-1].usage_metadata["input_token_details"]["cache_read"] > 0


@pytest.mark.chat
def test_asynchronous_doors(local: LocalChatModel) -> None:
    async def both() -> tuple[str, str]:
        streamed = [chunk.text async for chunk in local.astream(QUESTION, max_tokens=8)]
        return (await local.ainvoke(QUESTION, max_tokens=8)).text, "".join(streamed)

    whole, streamed = asyncio.run(both())
    assert whole == streamed != ""


@pytest.mark.chat
def test_closed_stream_stops_the_model(local: LocalChatModel) -> None:
    stream = local.stream(COUNT)
    next(stream)
    stream.close()
    started = time.monotonic()
    while any(thread.name == "reftel-chat" for thread in threading.enumerate()):
        assert time.monotonic() - started < 30
        time.sleep(0.05)


@pytest.mark.chat
def test_cancelled_task_stops_the_model(local: LocalChatModel) -> None:
    async def leave() -> None:
        async for _ in local.astream(COUNT):
            pass

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(leave(), 1)

    asyncio.run(cancelled())
    assert local.invoke(QUESTION, max_tokens=2).usage_metadata["output_tokens"] == 2


@pytest.mark.chat
def test_limits_are_kept(local: LocalChatModel) -> None:
    assert local.invoke(COUNT, stop=["4"]).text.rstrip().endswith("3,")
    cut = local.invoke(COUNT, max_tokens=5)
    assert (cut.usage_metadata["output_tokens"], cut.response_metadata["finish_reason"]) == (5, "length")
    assert local.invoke(COUNT, grammar='root ::= "left" | "right"').text in {"left", "right"}


@pytest.mark.chat
def test_long_prompt_is_an_error_and_never_cut(local: LocalChatModel) -> None:
    with pytest.raises(ChatError, match=r"has \d{4} tokens and .* is set to hold 1024\. Show it fewer sources"):
        local.invoke("word " * 3000)


@pytest.mark.chat
def test_threads_take_turns(local: LocalChatModel) -> None:
    replies: dict[int, str] = {}

    def ask(number: int) -> None:
        replies[number] = local.invoke(f"Repeat this number and nothing else: {number}", max_tokens=6).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in (17, 42)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["17" in replies[17], "42" in replies[42]] == [True, True]


@pytest.mark.chat
def test_yes_probability(local: LocalChatModel) -> None:
    def ask(statement: str) -> float:
        source = "The Ambassador arrived in Astana on Monday with a delegation of nine."
        return local.yes_probability(
            [HumanMessage(f"Source: {source}\nStatement: {statement}\nTrue? Answer Yes or No.")]
        )

    right, wrong = ask("The Ambassador arrived in Astana."), ask("The Ambassador arrived in Paris.")
    assert 0 <= wrong < 0.5 < right <= 1


@pytest.mark.chat
def test_tokens_are_counted(local: LocalChatModel) -> None:
    assert local.count_tokens("") == 0
    assert (
        local.count_tokens("The Deputy Secretary chaired.")
        == local.get_num_tokens("The Deputy Secretary chaired.")
        == 5
    )


@pytest.mark.chat
def test_no_port_is_opened(local: LocalChatModel) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("no socket files on this system")
    address = local.engine._server.listening_address
    assert address.startswith("unix://")
    assert Path(address.removeprefix("unix://")).parent.stat().st_mode & 0o777 == 0o700
