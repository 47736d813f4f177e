"""A local model's weights unpacked, for processors that read prompts faster with them: in bfloat16, or in float32.

llama.cpp keeps the weights packed, at some five bits each. That is what writing wants, which takes all weights from
memory for every word. Reading takes them once for a whole prompt and is bound by multiplication, which a processor that
has instructions for bfloat16 does half as fast again in it (AVX-512), and one with matrix units several times as fast
(AMX). Without them, AVX2 multiplies in float32, about as fast as llama.cpp does with packed weights; what is
won there is the probe (`qa.chat.probe`), which reads one prompt where two are read packed, and a third of the layers
not at all. So the weights are unpacked, once, beside the packed file, and prompts are read with them (`prompt_reader`).

    folder/NAME.bfloat16/    config.json and model.safetensors
"""

import io
import shutil
from contextlib import redirect_stderr
from pathlib import Path
from typing import Final, Literal

from index.errors import ChatUnavailable

NumberFormat = Literal["bfloat16", "float32"]
"""What the weights are multiplied in; in the file they have 16 bits."""

UNITS: Final[dict[str, NumberFormat]] = {"amx_bf16": "bfloat16", "avx512_bf16": "bfloat16", "avx2": "float32"}
"""Instructions with which unpacked weights were measured to read faster than packed ones, as PyTorch names them, and
what they multiply; the first that is there counts. Those of ARM were not measured."""

SMALLEST_MEMORY: Final[dict[NumberFormat, int]] = {"bfloat16": 8 << 30, "float32": 16 << 30}
"""Bytes of memory below which the weights stay packed: unpacking the larger model takes 5.6 GB for a minute, and in
float32 it takes 7.1 GB for as long as it is used."""

LARGER = 4
"""How many times as large the unpacked file is at most: 16 bits for four."""


def number_format() -> NumberFormat | None:
    """What this processor multiplies unpacked weights in; None where that was not measured to be faster."""
    import torch

    can = torch.cpu.get_capabilities()
    return next((numbers for unit, numbers in UNITS.items() if can.get(unit)), None)


def worth_unpacking() -> bool:
    """Whether this machine reads faster so: its processor multiplies fast enough, and the weights fit its memory."""
    import psutil

    numbers = number_format()
    return numbers is not None and psutil.virtual_memory().total >= SMALLEST_MEMORY[numbers]


def unpacked(path: Path) -> Path | None:
    """The folder of a GGUF file's unpacked weights, or None where they are not unpacked."""
    folder = _folder(path)
    return folder if folder.is_dir() else None


def unpack(path: Path) -> Path:
    """Unpack a GGUF file; about a minute, and some 3.6 GB for 1.8 billion weights. Cut short, it leaves nothing.

    Raises:
        ChatUnavailable: there is no room, another process is at it, or the file cannot be read or written.
    """
    from filelock import FileLock, Timeout

    needed, free = LARGER * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise ChatUnavailable(
            f"{path.stem} could be read faster on this processor if it were unpacked, which may need "
            f"{needed / 1e6:,.0f} MB under {path.parent}, where {free / 1e6:,.0f} MB are free. "
            "Make room and run again: reftel model fetch. It works without, more slowly."
        )
    folder = _folder(path)
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            return folder if folder.is_dir() else _unpack(path, folder)
    except Timeout:
        raise ChatUnavailable(f"{path.stem} is being unpacked by another process; wait for it to finish.") from None
    except Exception as error:  # the reader of a damaged file raises what it stumbles on
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ChatUnavailable(
            f"{path.stem} could not be unpacked: {reason}. Mend that and run again: reftel model fetch. "
            "It works without, more slowly."
        ) from None


def drop_unpacked(path: Path) -> None:
    """Remove the unpacked weights of a GGUF file: another file takes its place."""
    shutil.rmtree(_folder(path), ignore_errors=True)


def _unpack(path: Path, folder: Path) -> Path:
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        be_quiet()
        with redirect_stderr(io.StringIO()):  # one bar is not transformers' own
            model = AutoModelForCausalLM.from_pretrained(
                path.parent,
                gguf_file=path.name,
                dtype=torch.bfloat16,
                quantization_config=GgufConfig(dequantize=True),
                local_files_only=True,
            )
            model.save_pretrained(unfinished)
        return unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _folder(path: Path) -> Path:
    return path.with_suffix(".bfloat16")


def be_quiet() -> None:
    """No progress bars and no advice from transformers."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
