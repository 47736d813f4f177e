"""What the tests share: real stores in temporary folders, a small encoder, a scripted chat model, no network."""

import hashlib
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ANONYMIZED_TELEMETRY"] = "False"

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from making import a_text

from index.settings import Settings
from qa.assistant import Assistant, open_assistant

if TYPE_CHECKING:
    from index.build import Report

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
SAMPLE = PROJECT / "index" / "sample"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own: nothing a test does touches the person's index."""
    folder = tmp_path / "home"
    monkeypatch.setenv("REFTEL_HOME", str(folder))
    monkeypatch.setenv("REFTEL_CHAT_MODEL", "none")
    return folder


@pytest.fixture(autouse=True)
def stepped_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands run in the tests' own process, which does not step back behind others; here is told what would have."""
    told: list[str] = []
    for name in ("step_back", "take_idle_time"):
        monkeypatch.setattr(f"index.priority.{name}", lambda *_, name=name: told.append(name))
    return told


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real cables beside the project, where there are any."""
    if not SHARED.is_dir():
        pytest.skip(f"the real cables are not there: no folder {SHARED}")
    return SHARED


class HashingEncoder:
    """A small encoder without weights: words hashed to places, so that shared words make near vectors."""

    name = "hashing"
    dtype = "float32"
    dimension = 256
    max_tokens = 64

    def encode_documents(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def encode_query(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        return self.encode_documents([text])[0]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        spans = []
        for text in texts:
            ends, place = [], 0
            for word in text.split():
                place = text.index(word, place)
                ends.append((place, place + len(word)))
                place += len(word)
            spans.append(ends)
        return spans


class ScriptedChatModel(BaseChatModel):
    """A chat model that says what it was given to say, and keeps what it was asked.

    Asked whether a paragraph answers a question, it says the same to all: `reading`.
    """

    replies: Any
    asked: Any
    reading: str = "Yes"

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        if "Is the question answered in this paragraph?" in messages[-1].text:
            return ChatResult(generations=[ChatGeneration(message=AIMessage(self.reading))])
        self.asked.append(messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.replies.popleft()))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        for piece in self.replies.popleft() or [""]:
            yield ChatGenerationChunk(message=AIMessageChunk(piece))


def scripted(*replies: str, reading: str = "Yes") -> ScriptedChatModel:
    """A chat model with these replies, one a question, streamed a character at a time."""
    return ScriptedChatModel(replies=deque(replies), asked=[], reading=reading)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small cables, each in a file."""
    files = tmp_path / "cables"
    files.mkdir()
    for number in (1, 2, 3):
        (files / f"{number}.txt").write_text(a_text(number))
    return files


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home, encoder="hashing", chat_model="none")


@pytest.fixture
def index_files(settings: Settings, encoder: HashingEncoder) -> "Callable[..., Report]":
    """Index paths into the test's home with the small encoder."""
    from index.build import build

    return lambda *paths: build(paths, settings, encoder=encoder)


def index_once(folder: Path, factory: pytest.TempPathFactory) -> Path:
    """The home of an index of this folder by the small encoder: each test that asks of it takes a copy."""
    from index.build import build

    home = factory.mktemp("indexed") / "home"
    build([folder], Settings(home=home, encoder="hashing", chat_model="none"), encoder=HashingEncoder())
    return home


@pytest.fixture
def ask_with(settings: Settings, encoder: HashingEncoder) -> Iterator[Callable[..., Assistant]]:
    """Open the test's index, with a scripted chat model or none."""
    opened: list[Assistant] = []

    def opener(chat_model: BaseChatModel | None = None) -> Assistant:
        opened.append(open_assistant(settings=settings, encoder=encoder, chat_model=chat_model))
        return opened[-1]

    yield opener
    for assistant in opened:
        assistant.close()
