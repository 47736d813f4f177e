"""Prompts read with unpacked weights: the likeliest next word, a hidden state, or what llama.cpp needs to write on.

The layers are read in two parts. A hidden state wants the lower one alone; where the prompt is then read on, to its end
or with other words there, the upper part takes up what the lower one made.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from index.errors import ChatUnavailable
from qa.chat import saved_prompt
from qa.chat.probe import State
from qa.chat.unpacking import be_quiet, number_format

KEPT = 12
"""Prompts remembered, each with what the model made of it, at 33 kB a token: of four paragraphs up to two readings and
a draft, so that whichever is drafted from has been read."""

BEGINNING = 128
"""Tokens by which prompts of one kind begin alike: more than a task has that stands before examples of two kinds. The
last of each kind is remembered longest: what stands before all its questions is long, and a kind may be rare."""

PIECE = 512
"""Tokens read at once; between two pieces a reading can stop."""


def _go_on() -> bool:
    return False


class PromptReader:
    """The unpacked weights of a model, loaded. Not safe to share between threads: its callers take turns.

    It remembers the prompts read last: what another begins alike with is not computed again.
    """

    def __init__(self, folder: Path, layers: int | None = None) -> None:
        """Load them. In bfloat16 their file is mapped into memory; in float32 this process has them to itself.

        Args:
            layers: after how many a hidden state is looked at; None where none is: half of them.

        Raises:
            ChatUnavailable: they cannot be loaded.
        """
        whole = _load(folder)
        self.layers = layers or len(whole.model.layers) // 2
        self._lower = _Part(whole.model, 0, self.layers)
        self._upper = _Part(whole.model, self.layers, len(whole.model.layers))
        self._norm, self._head = whole.model.norm, whole.lm_head
        self._kept: list[_Read] = []

    def likeliest(self, tokens: Sequence[int], count: int) -> list[tuple[int, float]]:
        """The likeliest tokens to follow these, best first, each with the logarithm of its weight."""
        import torch

        read = self._read(tokens, whole=True)
        with torch.inference_mode():
            logits = self._head(self._norm(read.above.made[0, -1]))
        best = logits.float().log_softmax(-1).topk(count)
        return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))

    def state(self, tokens: Sequence[int]) -> State:
        """The hidden state of the last token after the lower layers, normalised; those above are not computed."""
        import torch

        read = self._read(tokens, whole=False)
        with torch.inference_mode():
            state: State = self._norm(read.below.made[0, -1]).float().numpy()
        return state

    def saved(self, tokens: Sequence[int], stopped: Callable[[], bool] = _go_on) -> bytes:
        """The prompt, read, as llama.cpp saves it; the beginning of it where `stopped` came to say so."""
        read = self._read(tokens, whole=True, stopped=stopped)
        layers = [*read.below.cache.layers, *read.above.cache.layers] if len(read.above) else []
        return saved_prompt.pack(
            read.tokens[: len(read.above)],
            [_rows(layer.keys, len(read.above)) for layer in layers],
            [_rows(layer.values, len(read.above)) for layer in layers],
        )

    def _read(self, tokens: Sequence[int], *, whole: bool, stopped: Callable[[], bool] = _go_on) -> "_Read":
        """The prompt, read piece by piece until it ends or is stopped; by the upper layers too, where it is `whole`."""
        import torch

        read = self._begun(tokens)
        while len(read.above if whole else read.below) < len(tokens) and not stopped():
            piece = list(tokens[len(read.tokens) : len(read.tokens) + PIECE])
            if piece:
                self._lower.go_on(read.below, input_ids=torch.tensor([piece]))
                read.tokens += piece
            if whole:
                self._upper.go_on(read.above, inputs_embeds=read.below.made[:, len(read.above) :])
        self._keep(read)
        return read

    def _keep(self, read: "_Read") -> None:
        """Remember a prompt, in the place of the oldest that a later one begins like."""
        self._kept.append(read)
        if len(self._kept) > KEPT:
            begins = [each.tokens[:BEGINNING] for each in self._kept]
            alike = (n for n, begin in enumerate(begins) if begin in begins[n + 1 :])
            del self._kept[next(alike, 0)]

    def _begun(self, tokens: Sequence[int]) -> "_Read":
        """What a remembered prompt has of this one, at most all but its last token, which is always read."""
        known = [(min(read.common(tokens), len(tokens) - 1), read) for read in self._kept]
        # Of two that begin alike as far, the one that the upper layers have read further.
        count, nearest = max(known, key=lambda each: (each[0], min(each[0], len(each[1].above))), default=(0, None))
        if nearest is None:
            return _Read([], self._lower.begin(), self._upper.begin())
        return nearest.beginning(count)


def _load(folder: Path) -> Any:
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    be_quiet()
    widened = number_format() == "float32"
    dtype = "float32" if widened else "auto"
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
        return _with_onednn(model.eval()) if widened else model.eval()
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ChatUnavailable(
            f"{folder} cannot be loaded: {reason}. Remove that folder, and run: reftel model fetch"
        ) from None


def _with_onednn(model: Any) -> Any:
    """The model, its matrices multiplied by oneDNN: on AMD's processors a third faster than PyTorch chooses to."""
    import torch

    class Linear(torch.nn.Module):
        def __init__(self, plain: torch.nn.Linear) -> None:
            super().__init__()
            with torch.no_grad():  # else what it is made of stays in memory, too
                bias = torch.zeros(plain.out_features) if plain.bias is None else plain.bias
                self._weight, self._bias = plain.weight.to_mkldnn(), bias.to_mkldnn()

        def forward(self, states: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = torch.ops.aten.mkldnn_linear(states.to_mkldnn(), self._weight, self._bias)
            return made.to_dense()

    linear = [name for name, each in model.named_modules() if isinstance(each, torch.nn.Linear)]
    for name in linear:
        model.set_submodule(name, Linear(model.get_submodule(name)))
    return model


class _Part:
    """Some of a model's layers, one after the other, which go on from what they have read."""

    def __init__(self, model: Any, first: int, last: int) -> None:
        """Take these layers of the model: they are numbered anew, so that it can no longer be used as a whole."""
        from torch.nn import Identity, ModuleList

        self._model = copy.copy(model)
        self._model._modules = model._modules | {"layers": ModuleList(model.layers[first:last]), "norm": Identity()}
        self._model.config = copy.copy(model.config)
        self._model.config.num_hidden_layers = last - first
        self._model.config.layer_types = model.config.layer_types[first:last]
        for number, layer in enumerate(self._model.layers):
            layer.self_attn.layer_idx = number

    def begin(self) -> "_Made":
        """Nothing read yet."""
        import torch
        from transformers import DynamicCache

        return _Made(DynamicCache(config=self._model.config), torch.empty(1, 0, self._model.config.hidden_size))

    def go_on(self, made: "_Made", **more: Any) -> None:
        """Read more, and keep what is made of it."""
        import torch

        with torch.inference_mode():
            states = self._model(**more, past_key_values=made.cache, use_cache=True).last_hidden_state
            made.made = torch.cat([made.made.to(states.dtype), states], dim=1)


@dataclass(eq=False, slots=True)
class _Made:
    """What some layers made of a prompt: keys and values, and states after the last, of shape (1, tokens, hidden)."""

    cache: Any
    made: Any

    def __len__(self) -> int:
        return int(self.made.shape[1])

    def beginning(self, count: int) -> "_Made":
        """Of its first tokens, to be read on from. The two share memory: a cache grows by copying."""
        count = min(count, len(self))
        cache = copy.copy(self.cache)
        cache.layers = [copy.copy(layer) for layer in self.cache.layers]
        cache.crop(count - len(self))
        return _Made(cache, self.made[:, :count])


@dataclass(eq=False, slots=True)
class _Read:
    """A prompt as far as it is read, and what the lower and the upper layers made of it; the upper may lag behind."""

    tokens: list[int]
    below: _Made
    above: _Made

    def common(self, tokens: Sequence[int]) -> int:
        """How many tokens the two begin with alike."""
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self.tokens, tokens, strict=False)))

    def beginning(self, count: int) -> "_Read":
        """Its first tokens, to be read on from."""
        return _Read(self.tokens[:count], self.below.beginning(count), self.above.beginning(count))


def _rows(numbers: Any, count: int) -> saved_prompt.Rows:
    """One row each of the first tokens, from a tensor of shape (1, heads, tokens, numbers)."""
    rows: saved_prompt.Rows = numbers[0, :, :count].transpose(0, 1).flatten(1).half().numpy()
    return rows
