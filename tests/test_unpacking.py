"""Unpacked weights: made whole or not at all, and read alike whatever was read before."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from safetensors import SafetensorError

from index.errors import ChatError, ChatUnavailable
from index.settings import Settings
from qa.chat import models, open_chat_model, unpacking
from qa.chat.local import LocalChatModel
from qa.chat.models import list_models
from qa.chat.unpacking import PromptReader, unpack, unpacked, worth_unpacking
from qa.chat.weights import fetched
from ui.cli import main

TOKENS, WIDTH, INNER, HEADS, KEY_HEADS, BLOCKS = 48, 32, 64, 4, 2, 2
"""A model of the real ones' family, as small as it can be."""


def write_model(path: Path) -> Path:
    """A GGUF file of random weights."""
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(TOKENS)
    writer.add_token_list([str(number) for number in range(TOKENS)])
    keys = WIDTH * KEY_HEADS // HEADS
    shapes = {"token_embd.weight": (TOKENS, WIDTH), "output.weight": (TOKENS, WIDTH), "output_norm.weight": (WIDTH,)}
    for block in range(BLOCKS):
        for name, shape in {
            "attn_norm.weight": (WIDTH,),
            "attn_q.weight": (WIDTH, WIDTH),
            "attn_q.bias": (WIDTH,),
            "attn_k.weight": (keys, WIDTH),
            "attn_k.bias": (keys,),
            "attn_v.weight": (keys, WIDTH),
            "attn_v.bias": (keys,),
            "attn_output.weight": (WIDTH, WIDTH),
            "ffn_norm.weight": (WIDTH,),
            "ffn_gate.weight": (INNER, WIDTH),
            "ffn_up.weight": (INNER, WIDTH),
            "ffn_down.weight": (WIDTH, INNER),
        }.items():
            shapes[f"blk.{block}.{name}"] = shape
    for name, shape in shapes.items():
        writer.add_tensor(name, random.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def unpacked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(write_model(tmp_path_factory.mktemp("models") / "tiny.gguf"))


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return write_model(tmp_path / "models" / "tiny.gguf")


@pytest.fixture
def with_units(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Say whether the processor has matrix units."""
    return lambda there: monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"amx_bf16": there})


def test_unpacked_once_and_in_silence(packed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert unpacked(packed) is None
    folder = unpack(packed)
    assert unpacked(packed) == folder
    assert names_beside(packed) == {packed.name, folder.name}
    assert capfd.readouterr() == ("", "")


def test_a_cut_leaves_nothing(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("transformers.PreTrainedModel.save_pretrained", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            unpack(packed)
    assert names_beside(packed) == {packed.name}


def names_beside(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir() if each.suffix != ".lock"}


@pytest.mark.parametrize("failure", [OSError("No space left on device"), SafetensorError("I/O error: disk full")])
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    packed: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr("transformers.PreTrainedModel.save_pretrained", fail)
    with pytest.raises(ChatUnavailable, match=r"could not be unpacked: (No space|I/O error).* reftel model fetch"):
        unpack(packed)
    assert names_beside(packed) == {packed.name}


def test_a_damaged_file_is_one_sentence(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:100])
    with pytest.raises(ChatUnavailable, match=r"tiny could not be unpacked: "):
        unpack(packed)


def test_two_do_not_unpack_at_once(packed: Path) -> None:
    with FileLock(packed.with_suffix(".lock")), pytest.raises(ChatUnavailable, match="by another process"):
        unpack(packed)
    assert unpack(packed) == unpack(packed)


def test_what_a_kill_left_is_not_taken_for_weights(packed: Path) -> None:
    left = packed.with_suffix(".unfinished")
    left.mkdir()
    (left / "config.json").write_text("{")
    assert unpacked(packed) is None
    assert PromptReader(unpack(packed)).likeliest([1, 2], 1)
    assert not left.exists()


def test_damaged_weights_are_one_sentence(packed: Path) -> None:
    folder = unpack(packed)
    (folder / "model.safetensors").write_bytes(b"nothing of use")
    with pytest.raises(ChatUnavailable, match=r"tiny\.bfloat16 cannot be loaded: .*reftel model fetch"):
        PromptReader(folder)


@settings(deadline=None, max_examples=30)
@given(prompts=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=24), min_size=1, max_size=8))
def test_what_was_read_before_changes_nothing(unpacked_folder: Path, prompts: list[list[int]]) -> None:
    """Few different tokens, so that prompts often begin alike, contain each other or are the same."""
    remembering = PromptReader(unpacked_folder)
    for prompt in prompts:
        weights = dict(remembering.likeliest(prompt, TOKENS))
        afresh = dict(PromptReader(unpacked_folder).likeliest(prompt, TOKENS))
        assert weights == pytest.approx(afresh, abs=0.2)  # bfloat16 rounds sums of another order otherwise


def test_likeliest_are_weights_best_first(unpacked_folder: Path) -> None:
    likeliest = PromptReader(unpacked_folder).likeliest([5, 6, 7], TOKENS)
    assert sorted(token for token, _ in likeliest) == list(range(TOKENS))
    assert all(former >= latter for (_, former), (_, latter) in pairwise(likeliest))
    assert np.exp([weight for _, weight in likeliest]).sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("there", [True, False])
def test_used_only_where_the_processor_has_the_units(
    packed: Path, tiny_in_table: Path, with_units: Callable[[bool], None], *, there: bool
) -> None:
    folder = unpack(packed)
    with_units(there)
    model = open_chat_model(Settings(home=tiny_in_table, chat_model="tiny"))
    assert isinstance(model, LocalChatModel)
    assert model.unpacked == (folder if there else None)


@pytest.fixture
def tiny_in_table(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the tiny model fetched."""
    table = tmp_path / "models.toml"
    table.write_text(
        f'[[model]]\nname = "tiny"\nabout = "random weights"\nlicence = "CC0-1.0"\nbytes = {packed.stat().st_size}\n'
        f'sha256 = "{hashlib.sha256(packed.read_bytes()).hexdigest()}"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(models, "TABLE", table)
    return tmp_path


def fetch_tiny(home: Path) -> str:
    result = CliRunner().invoke(main, ["--home", str(home), "model", "fetch", "tiny"])
    assert result.exit_code == 0, result.output
    return result.output


def test_fetch_unpacks(tiny_in_table: Path, packed: Path, with_units: Callable[[bool], None]) -> None:
    with_units(False)
    assert "unpacked" not in fetch_tiny(tiny_in_table)
    with_units(True)
    assert "They are unpacked: " in fetch_tiny(tiny_in_table)
    assert unpacked(packed)
    assert "unpacked" not in fetch_tiny(tiny_in_table)
    listed = CliRunner().invoke(main, ["--home", str(tiny_in_table), "model", "list", "--json"])
    assert [(each["fetched"], each["unpacked"]) for each in json.loads(listed.output)] == [(True, True)]


def test_no_room_is_told_and_passed_over(
    tiny_in_table: Path, packed: Path, with_units: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_units(True)
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    assert "Make room and run again: reftel model fetch." in fetch_tiny(tiny_in_table)
    assert unpacked(packed) is None


def test_little_memory_is_left_alone(with_units: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with_units(True)
    assert worth_unpacking()
    monkeypatch.setattr(unpacking, "SMALLEST_MEMORY", 1 << 60)
    assert not worth_unpacking()


@pytest.fixture(scope="module")
def both_ways() -> tuple[LocalChatModel, LocalChatModel]:
    """The real model, packed and unpacked."""
    folder = Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere"))
    path = fetched(list_models()[0].name, folder)
    if path is None:
        pytest.skip("no local chat model in the folder that REFTEL_TEST_MODELS names")
    if not unpacked(path):
        pytest.skip("its weights are not unpacked; reftel model fetch does it where the processor has matrix units")
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
