"""Prompts read with unpacked weights: the likeliest next word, a hidden state, or what llama.cpp needs to write on."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from index.errors import ChatUnavailable
from qa.chat import saved_prompt
from qa.chat.probe import State
from qa.chat.unpacking import be_quiet

KEPT = 12
"""Prompts remembered, each with what the model made of it, at 30 kB a token: of six paragraphs two readings each, so
that whichever is drafted from has been read where the model is asked for words."""

PIECE = 512
"""Tokens read at once; between two pieces a reading can stop."""


def _go_on() -> bool:
    return False


class PromptReader:
    """The unpacked weights of a model, loaded. Not safe to share between threads: its callers take turns."""

    def __init__(self, folder: Path) -> None:
        """Load them; their file is mapped into memory.

        Raises:
            ChatUnavailable: they cannot be loaded.
        """
        from transformers import AutoModelForCausalLM

        self._folder = folder
        self._whole = _Remembering(_load(AutoModelForCausalLM, folder), logits_to_keep=1)
        self._first: dict[int, _Remembering] = {}

    def likeliest(self, tokens: Sequence[int], count: int) -> list[tuple[int, float]]:
        """The likeliest tokens to follow these, best first, each with the logarithm of its weight."""
        logits = self._whole.read(tokens).logits[0, -1]
        best = logits.float().log_softmax(-1).topk(count)
        return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))

    def state(self, tokens: Sequence[int], layers: int) -> State:
        """The hidden state of the last token after so many layers, normalised; the layers after are not computed.

        Raises:
            ChatUnavailable: the weights cannot be loaded.
        """
        if layers not in self._first:
            from transformers import AutoConfig, AutoModel

            config: Any = AutoConfig.from_pretrained(self._folder, local_files_only=True)
            config.num_hidden_layers, config.layer_types = layers, config.layer_types[:layers]
            self._first[layers] = _Remembering(_load(AutoModel, self._folder, config=config))
        state: State = self._first[layers].read(tokens).last_hidden_state[0, -1].float().numpy()
        return state

    def saved(self, tokens: Sequence[int], stopped: Callable[[], bool] = _go_on) -> bytes:
        """The prompt, read, as llama.cpp saves it; the beginning of it where `stopped` came to say so."""
        self._whole.read(tokens, stopped)
        read = self._whole.last
        layers = read.cache.layers
        return saved_prompt.pack(
            read.tokens, [_rows(layer.keys) for layer in layers], [_rows(layer.values) for layer in layers]
        )


def _load(kind: Any, folder: Path, **changed: Any) -> Any:
    from safetensors import SafetensorError

    be_quiet()
    try:
        return kind.from_pretrained(folder, dtype="auto", local_files_only=True, **changed).eval()
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ChatUnavailable(
            f"{folder} cannot be loaded: {reason}. Remove that folder, and run: reftel model fetch"
        ) from None


class _Remembering:
    """A model with the prompts it has read: what another begins alike with is not computed again."""

    def __init__(self, model: Any, **asked: int) -> None:
        self._model, self._asked = model, asked
        self._kept: list[_Read] = []

    @property
    def last(self) -> "_Read":
        """What was read last."""
        return self._kept[-1]

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool] = _go_on) -> Any:
        """What the model makes of the last piece of these; None where it was stopped before the first."""
        import torch

        read, made = self._begun(tokens), None
        with torch.inference_mode():
            while len(read.tokens) < len(tokens) and not stopped():
                piece = list(tokens[len(read.tokens) : len(read.tokens) + PIECE])
                made = self._model(input_ids=torch.tensor([piece]), past_key_values=read.cache, **self._asked)
                read.tokens += piece
        self._kept = [*self._kept[1 - KEPT :], read]
        return made

    def _begun(self, tokens: Sequence[int]) -> "_Read":
        """What a remembered prompt has of this one, at most all but its last token, which is always read."""
        from transformers import DynamicCache

        nearest = max(self._kept, key=lambda read: read.common(tokens), default=None)
        if nearest is None:
            return _Read([], DynamicCache(config=self._model.config))
        return nearest.beginning(min(nearest.common(tokens), len(tokens) - 1))


@dataclass(eq=False, slots=True)
class _Read:
    """A prompt as far as it is read, and the keys and values the model made of it."""

    tokens: list[int]
    cache: Any

    def common(self, tokens: Sequence[int]) -> int:
        """How many tokens the two begin with alike."""
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self.tokens, tokens, strict=False)))

    def beginning(self, count: int) -> "_Read":
        """Its first tokens, to be read on from. The two share memory: a cache grows by copying."""
        cache = copy.copy(self.cache)
        cache.layers = [copy.copy(layer) for layer in self.cache.layers]
        cache.crop(count - len(self.tokens))
        return _Read(self.tokens[:count], cache)


def _rows(numbers: Any) -> saved_prompt.Rows:
    """One row a token from a tensor of shape (1, heads, tokens, numbers)."""
    rows: saved_prompt.Rows = numbers[0].transpose(0, 1).flatten(1).half().numpy()
    return rows
