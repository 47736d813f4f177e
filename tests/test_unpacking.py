"""Unpacked weights: made whole or not at all, once, and only where they are of use."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from chatting import write_model
from click.testing import CliRunner
from filelock import FileLock
from safetensors import SafetensorError

from index.errors import ChatUnavailable
from index.settings import Settings
from qa.chat import models, open_chat_model, unpacking
from qa.chat.local import LocalChatModel
from qa.chat.prompt_reader import PromptReader
from qa.chat.unpacking import number_format, unpack, unpacked, worth_unpacking
from ui.cli import main


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return write_model(tmp_path / "models" / "tiny.gguf")


@pytest.fixture
def with_units(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Say whether the processor has instructions with which unpacked weights pay."""
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


def fetch_tiny(home: Path, *options: str) -> str:
    result = CliRunner().invoke(main, ["--home", str(home), "model", "fetch", "tiny", *options])
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


def test_who_asks_for_packed_weights_has_them(
    tiny_in_table: Path, packed: Path, with_units: Callable[[bool], None]
) -> None:
    with_units(True)
    assert "unpacked" not in fetch_tiny(tiny_in_table, "--packed")
    assert unpacked(packed) is None
    fetch_tiny(tiny_in_table)
    assert "Its unpacked weights are removed" in fetch_tiny(tiny_in_table, "--packed")
    assert unpacked(packed) is None
    assert packed.is_file()


def test_no_room_is_told_and_passed_over(
    tiny_in_table: Path, packed: Path, with_units: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_units(True)
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    assert "Make room and run again: reftel model fetch." in fetch_tiny(tiny_in_table)
    assert unpacked(packed) is None


@pytest.mark.parametrize(
    ("can", "gigabytes", "numbers"),
    [
        ({"amx_bf16": True, "avx512_bf16": True, "avx2": True}, 8, "bfloat16"),
        ({"amx_bf16": False, "avx512_bf16": True, "avx2": True}, 8, "bfloat16"),
        ({"amx_bf16": False, "avx512_bf16": True, "avx2": True}, 7, None),
        ({"amx_bf16": False, "avx512_bf16": False, "avx512_f": True, "avx2": True}, 16, "float32"),
        ({"amx_bf16": False, "avx512_bf16": False, "avx512_f": True, "avx2": True}, 15, None),
        ({"bf16": True, "neon": True}, 64, None),
    ],
    ids=["matrix units", "AVX-512 for bfloat16", "little memory", "no bfloat16", "too little for float32", "ARM"],
)
def test_unpacked_where_the_processor_multiplies_fast_enough_and_the_weights_fit(
    monkeypatch: pytest.MonkeyPatch, can: dict[str, bool], gigabytes: int, numbers: str | None
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: can)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=gigabytes << 30))
    assert (number_format() if worth_unpacking() else None) == numbers
