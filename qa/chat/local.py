"""LocalChatModel: a GGUF file in this process, as a LangChain chat model.

    model = LocalChatModel(path=Path("models/qwen2.5-coder-1.5b-instruct.gguf"))
    model.invoke("…", stop=["\\n\\n"], max_tokens=200)
    model.yes_probability([HumanMessage("Is Astana in Kazakhstan? Answer Yes or No.")])

The file is loaded by the first request. With `unpacked`, the folder of the same weights unpacked, prompts are read with
them (`prompt_reader`), and llama.cpp only writes. The reply's `usage_metadata` counts the tokens; its
`response_metadata` has the finish reason (`length`: it was cut at max_tokens or at the end of
the context window) and llama.cpp's timings.
"""

import math
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables.config import run_in_executor
from pydantic import PrivateAttr

from index.errors import ReplyError
from qa.chat.engine import Engine, Event, ReadPrompt
from qa.chat.probe import Probe, State, find_probe
from qa.chat.prompt_reader import PromptReader

LIKELIEST = 40
"""First tokens of a reply that are looked at; the ones after have no weight to speak of."""


class LocalChatModel(BaseChatModel):
    """A chat model that needs neither network nor server. Threads may share it: they take turns.

    A call may override `max_tokens`, `temperature` and `seed`, and may pass on whatever else
    llama.cpp's server takes: `response_format`, `json_schema`, `grammar`, `top_p` …
    """

    path: Path
    unpacked: Path | None = None
    context: int = 8192
    threads: int = 0
    timeout: float = 120.0
    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    _engine: Engine | None = PrivateAttr(None)
    _reader: PromptReader | None = PrivateAttr(None)
    _loading: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def engine(self) -> Engine:
        """The loaded file.

        Raises:
            ChatUnavailable: it cannot be loaded.
        """
        with self._loading:
            if self._engine is None:
                self._engine = Engine(
                    self.path,
                    context=self.context,
                    threads=self.threads,
                    patience=self.timeout,
                    # Then the engine reads hardly anything.
                    repacked=self.unpacked is not None,
                )
            return self._engine

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has for this model."""
        return len(self.engine.tokens(text))

    @property
    def probe(self) -> Probe | None:
        """The probe of this model; None where none was fitted, or its hidden states cannot be seen: packed weights."""
        return find_probe(self.path.stem) if self.unpacked is not None else None

    def probed(self, messages: Sequence[BaseMessage]) -> float:
        """Log odds, by the probe, that the question at the end of the messages is answered there.

        Raises:
            ChatError: the prompt does not fit.
            ChatUnavailable: the weights cannot be loaded.
        """
        assert self.probe is not None
        return self.probe.log_odds(self.state(messages, self.probe.layers))

    def state(self, messages: Sequence[BaseMessage], layers: int) -> State:
        """The hidden state at the end of the messages after so many layers, of unpacked weights: shape (hidden,).

        Raises: as `probed`.
        """
        assert self.unpacked is not None
        prompt = self.engine.prompt(_to_openai(messages))
        with self.engine.turn():
            return self._open_reader(self.unpacked, layers).state(prompt)

    def first_words(self, messages: Sequence[BaseMessage]) -> dict[str, float]:
        """The likeliest first words of a reply, in small letters, with their weights: 0 … 1.

        Raises:
            ChatError: the prompt does not fit.
        """
        if self.unpacked is not None:
            return self._read_unpacked(self.unpacked, messages)
        request = self._request(messages, None, {"max_tokens": 1, "logprobs": True, "top_logprobs": LIKELIEST})
        for event in self.engine.stream(request):
            for choice in event.get("choices", ()):
                if logprobs := choice.get("logprobs"):
                    likeliest = logprobs["content"][0]["top_logprobs"]
                    return _weights((each["token"], each["logprob"]) for each in likeliest)
        raise ReplyError(f"{self.path.stem} gave no first word; ask again.")

    def _read_unpacked(self, folder: Path, messages: Sequence[BaseMessage]) -> dict[str, float]:
        prompt = self.engine.prompt(_to_openai(messages))
        with self.engine.turn():
            likeliest = self._open_reader(folder).likeliest(prompt, LIKELIEST)
        words = self.engine.words([token for token, _ in likeliest])
        return _weights(zip(words, (weight for _, weight in likeliest), strict=True))

    def _open_reader(self, folder: Path, layers: int | None = None) -> PromptReader:
        """What reads prompts, parted where the probe looks, or after so many layers."""
        layers = layers or (self.probe.layers if self.probe else None)
        if self._reader is None or (layers and layers != self._reader.layers):
            self._reader = PromptReader(folder, layers)
        return self._reader

    def _reading(self) -> ReadPrompt | None:
        """Reads a prompt for llama.cpp, where the weights are unpacked."""
        if (folder := self.unpacked) is None:
            return None
        return lambda messages, stopped: self._open_reader(folder).saved(self.engine.prompt(messages), stopped)

    def yes_probability(self, messages: Sequence[BaseMessage]) -> float:
        """The weight of Yes against No as the reply's first word: 0 … 1, 0.5 where neither is likely.

        Raises:
            ChatError: the prompt does not fit.
        """
        return _yes_share(self.first_words(messages))

    def get_token_ids(self, text: str) -> list[int]:
        """LangChain's door to the tokenizer."""
        return self.engine.tokens(text)

    def get_num_tokens_from_messages(self, messages: list[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """Tokens of the whole prompt, the chat template's own included. There are no tools."""
        return self.count_tokens(self.engine.render(_to_openai(messages)))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        events = self.engine.stream(self._request(messages, stop, kwargs), read=self._reading())
        yield from _to_chunks(events, self.path.stem)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """As LangChain's own, but a consumer who leaves, or is cancelled, stops the model."""
        left = threading.Event()
        engine = await run_in_executor(None, lambda: self.engine)
        chunks = _to_chunks(engine.stream(self._request(messages, stop, kwargs), left, self._reading()), self.path.stem)
        try:
            while chunk := await run_in_executor(None, next, chunks, None):
                yield chunk
        finally:
            left.set()

    def _request(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        given = {name: value for name, value in kwargs.items() if value is not None}
        return {
            "messages": _to_openai(messages),
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
            "cache_prompt": True,
            "stop": stop or [],
            **given,
        }

    @property
    def _llm_type(self) -> str:
        return "reftel-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.path.stem, "temperature": self.temperature, "max_tokens": self.max_tokens}


def _to_openai(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    return convert_to_openai_messages(list(messages))


def _to_chunks(events: Iterator[Event], name: str) -> Iterator[ChatGenerationChunk]:
    finish: dict[str, Any] = {}
    for event in events:
        for choice in event["choices"]:
            if choice["finish_reason"]:
                finish = {"finish_reason": choice["finish_reason"], "model_name": name}
            if text := choice["delta"].get("content"):
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        if "usage" in event:
            yield _last_chunk(event, finish)


def _last_chunk(event: Event, finish: dict[str, Any]) -> ChatGenerationChunk:
    usage = event["usage"]
    message = AIMessageChunk(
        content="",
        usage_metadata=UsageMetadata(
            input_tokens=usage["prompt_tokens"],
            output_tokens=usage["completion_tokens"],
            total_tokens=usage["total_tokens"],
            input_token_details={"cache_read": usage["prompt_tokens_details"]["cached_tokens"]},
        ),
        response_metadata={**finish, "timings": event["timings"]},
        chunk_position="last",
    )
    return ChatGenerationChunk(message=message)


def _weights(likeliest: Iterable[tuple[str, float]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for token, logprob in likeliest:
        word = token.strip().lower()
        weights[word] = weights.get(word, 0.0) + math.exp(logprob)
    return weights


def _yes_share(weights: Mapping[str, float]) -> float:
    yes, no = weights.get("yes", 0.0), weights.get("no", 0.0)
    return yes / (yes + no) if yes + no else 0.5
