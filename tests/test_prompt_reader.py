"""Prompts read with unpacked weights: alike whatever was read before, and taken up by llama.cpp."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from chatting import BLOCKS, TOKENS, write_model
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage
from transformers import AutoModelForCausalLM

from index.errors import ChatError, ChatUnavailable
from qa.chat import prompt_reader, saved_prompt
from qa.chat.local import LocalChatModel
from qa.chat.models import list_models
from qa.chat.prompt_reader import PromptReader
from qa.chat.unpacking import UNITS, NumberFormat, unpack, unpacked
from qa.chat.weights import fetched


@pytest.fixture(params=sorted(set(UNITS.values())), scope="module")
def numbers(request: pytest.FixtureRequest) -> Iterator[NumberFormat]:
    """What the weights are multiplied in, whatever this processor has instructions for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompt_reader, "number_format", lambda: request.param)
        yield request.param


@pytest.fixture(scope="module")
def unpacked_folder(tmp_path_factory: pytest.TempPathFactory, numbers: NumberFormat) -> Path:
    """Random weights, unpacked, and read in each format."""
    assert prompt_reader.number_format() == numbers
    return unpack(write_model(tmp_path_factory.mktemp("models") / "tiny.gguf"))


@settings(deadline=None, max_examples=12)
@given(prompts=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=24), min_size=1, max_size=8))
def test_what_was_read_before_changes_nothing(unpacked_folder: Path, prompts: list[list[int]]) -> None:
    """Few different tokens, so that prompts often begin alike, contain each other or are the same."""
    remembering = PromptReader(unpacked_folder)
    for turn, prompt in enumerate(prompts):
        if turn % 2:  # the upper layers lag behind, and make up for it when they are asked
            state, newly = (reader.state(prompt) for reader in (remembering, PromptReader(unpacked_folder)))
            assert state == pytest.approx(newly, abs=0.2)
        weights = dict(remembering.likeliest(prompt, TOKENS))
        afresh = dict(PromptReader(unpacked_folder).likeliest(prompt, TOKENS))
        assert weights == pytest.approx(afresh, abs=0.2)  # bfloat16 rounds sums of another order otherwise


@pytest.mark.parametrize("layers", range(1, BLOCKS + 1))
def test_a_state_is_what_the_whole_model_has_after_so_many_layers(
    unpacked_folder: Path, numbers: NumberFormat, layers: int
) -> None:
    whole = AutoModelForCausalLM.from_pretrained(unpacked_folder, dtype=numbers)
    with torch.inference_mode():
        made = whole.model(input_ids=torch.tensor([[5, 6, 7]]), output_hidden_states=True)
        # transformers gives the last of them normalised, and the others not.
        state = made.last_hidden_state if layers == BLOCKS else whole.model.norm(made.hidden_states[layers])
    parted = PromptReader(unpacked_folder, layers)
    assert parted.state([5, 6, 7]) == pytest.approx(state[0, -1].float().numpy(), abs=0.1)
    with torch.inference_mode():
        weights = whole.lm_head(made.last_hidden_state)[0, -1].float().log_softmax(-1)
    assert dict(parted.likeliest([5, 6, 7], TOKENS)) == pytest.approx(dict(enumerate(weights.tolist())), abs=0.1)


def test_likeliest_are_weights_best_first(unpacked_folder: Path) -> None:
    likeliest = PromptReader(unpacked_folder).likeliest([5, 6, 7], TOKENS)
    assert sorted(token for token, _ in likeliest) == list(range(TOKENS))
    assert all(former >= latter for (_, former), (_, latter) in pairwise(likeliest))
    assert np.exp([weight for _, weight in likeliest]).sum() == pytest.approx(1, abs=1e-3)


def test_reading_stops_between_two_pieces(unpacked_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_reader, "PIECE", 3)
    reader, asked = PromptReader(unpacked_folder), iter([False, False, True])
    whole = PromptReader(unpacked_folder).saved(range(6))
    assert len(reader.saved(range(12), lambda: next(asked))) == len(whole)
    assert len(PromptReader(unpacked_folder).saved(range(12), lambda: True)) < len(whole)


def test_what_stopped_is_read_on(unpacked_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_reader, "PIECE", 3)
    reader, asked = PromptReader(unpacked_folder, 1), iter([False, True])
    reader.state(range(9))
    reader.saved(range(12), lambda: next(asked))
    assert len(reader.saved(range(12))) == len(PromptReader(unpacked_folder).saved(range(12)))
    afresh = PromptReader(unpacked_folder, 1).likeliest(range(12), TOKENS)
    assert dict(reader.likeliest(range(12), TOKENS)) == pytest.approx(dict(afresh), abs=0.2)


@pytest.fixture
def writes(unpacked_folder: Path) -> LocalChatModel:
    """The tiny model, unpacked."""
    return LocalChatModel(path=unpacked_folder.with_suffix(".gguf"), unpacked=unpacked_folder, context=256)


PROMPT = [HumanMessage("The port was closed on 13 May.")]
"""After it the tiny model is sure of four words: each is far likelier than the next best."""


def test_what_was_read_is_written_on_from(writes: LocalChatModel) -> None:
    alone = LocalChatModel(path=writes.path, context=256).invoke(PROMPT, max_tokens=4)
    handed = writes.invoke(PROMPT, max_tokens=4)
    assert handed.text == alone.text
    assert cached_of(alone) == 0
    assert cached_of(handed) == len(writes.engine.prompt([{"role": "user", "content": PROMPT[0].text}])) - 1


def cached_of(message: AIMessage) -> int:
    """Tokens of the prompt that llama.cpp had not to read."""
    assert message.usage_metadata
    return message.usage_metadata["input_token_details"]["cache_read"]


def test_what_llama_does_not_understand_it_reads_itself(
    writes: LocalChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = LocalChatModel(path=writes.path, context=256).invoke(PROMPT, max_tokens=12)
    monkeypatch.setattr(saved_prompt, "VERSION", 3)
    refused = writes.invoke(PROMPT, max_tokens=12)
    assert (refused.text, cached_of(refused)) == (alone.text, 0)


def test_where_there_is_no_room_llama_reads_itself(writes: LocalChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = LocalChatModel(path=writes.path, context=256).invoke(PROMPT, max_tokens=12)
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError("No space left on device")))
    assert writes.invoke(PROMPT, max_tokens=12).text == alone.text


def test_nothing_of_a_prompt_is_left(writes: LocalChatModel) -> None:
    writes.invoke(PROMPT, max_tokens=1)
    assert [file.name for file in writes.engine.folder.iterdir()] == ["chat.sock"]


def test_what_does_not_fit_is_refused(writes: LocalChatModel) -> None:
    with pytest.raises(ChatError, match=r"^The prompt has 6\d\d tokens and tiny is set to hold 256\."):
        writes.invoke([HumanMessage("word " * 130)])


def test_damaged_weights_are_told(writes: LocalChatModel, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    broken = LocalChatModel(path=writes.path, unpacked=tmp_path, context=256)
    with pytest.raises(ChatUnavailable, match=r"cannot be loaded: .*reftel model fetch"):
        broken.invoke(PROMPT)


@pytest.fixture(scope="module")
def both_ways() -> tuple[LocalChatModel, LocalChatModel]:
    """The real model, packed and unpacked."""
    folder = Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere"))
    path = fetched(list_models()[0].name, folder)
    if path is None:
        pytest.skip("no local chat model in the folder that REFTEL_TEST_MODELS names")
    if not unpacked(path):
        pytest.skip("its weights are not unpacked; reftel model fetch does it where the processor has bfloat16")
    return LocalChatModel(path=path, context=1024), LocalChatModel(path=path, unpacked=unpacked(path), context=1024)


@pytest.mark.chat
@pytest.mark.parametrize("place", ["Astana", "Paris"])
def test_both_ways_weigh_alike(both_ways: tuple[LocalChatModel, LocalChatModel], place: str) -> None:
    source = "The Ambassador arrived in Astana on Monday with a delegation of nine."
    messages = [HumanMessage(f"Source: {source}\nStatement: He arrived in {place}.\nTrue? Answer Yes or No.")]
    packed, unpacked = (model.first_words(messages) for model in both_ways)
    assert max(packed, key=packed.__getitem__) == max(unpacked, key=unpacked.__getitem__)
    assert unpacked["yes"] == pytest.approx(packed["yes"], abs=0.1)


@pytest.mark.chat
def test_both_ways_refuse_what_does_not_fit(both_ways: tuple[LocalChatModel, LocalChatModel]) -> None:
    for model in both_ways:
        with pytest.raises(ChatError, match=r"The prompt has [12]\d{3} tokens and .* is set to hold 1024"):
            model.first_words([HumanMessage("The Ambassador arrived. " * 300)])


@pytest.mark.chat
def test_reading_waits_its_turn(both_ways: tuple[LocalChatModel, LocalChatModel]) -> None:
    _, model = both_ways
    hasty = LocalChatModel(path=model.path, unpacked=model.unpacked, timeout=0.1)
    with hasty.engine.turn(), pytest.raises(ChatUnavailable, match=r"gave no sign for 0\.1 seconds"):
        hasty.first_words([HumanMessage("Hello")])


@pytest.mark.chat
def test_the_real_one_writes_alike(both_ways: tuple[LocalChatModel, LocalChatModel]) -> None:
    messages = [HumanMessage("The delegation of nine arrived in Astana on Monday.\n\nWhere did it arrive, and when?")]
    packed, unpacked = (model.invoke(messages, max_tokens=40) for model in both_ways)
    for reply in (packed, unpacked):
        assert "Astana" in reply.text
        assert "Monday" in reply.text
    assert cached_of(unpacked) == unpacked.usage_metadata["input_tokens"] - 1


def test_of_each_kind_of_prompt_the_last_is_remembered_longest(
    unpacked_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_reader, "BEGINNING", 2)
    monkeypatch.setattr(prompt_reader, "KEPT", 3)
    reader, read = PromptReader(unpacked_folder, 1), []
    lower = reader._lower.go_on

    def counting(made: object, *, input_ids: torch.Tensor) -> None:
        read.append(input_ids.shape[1])
        lower(made, input_ids=input_ids)  # type: ignore[arg-type]

    monkeypatch.setattr(reader._lower, "go_on", counting)
    for prompt in ([7, 7, 7, 7, 1], *([5, 6, n] for n in range(4)), [7, 7, 7, 7, 2]):
        reader.state(prompt)
    assert (read[0], read[-1]) == (5, 1)
