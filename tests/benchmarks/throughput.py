"""How fast the encoder embeds, against the rate at which this machine multiplies matrices, in turns within one run.

    python tests/benchmarks/throughput.py                  # the chunks of the sample cables
    python tests/benchmarks/throughput.py some/folder --dtype float32

The encoder's rate counts the multiplications of its own tokens, padding left out: for each token, the weights of its
layers twice, and attention over its text. The machine's rate is that of `torch.matmul` in the same number format and
with as many threads: of square matrices, and of the shape that the encoder's widest layer has. Both are counted by the
second of processor time, which other work on the machine does not stretch as it stretches the clock's.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from index.chunk import chunk_cables
from index.embed import SentenceEncoder, open_encoder
from index.embed.sentence import BATCH_TOKENS
from index.read import files_in
from index.records import Cable
from index.sync import cables_in

SAMPLE = Path(__file__).parents[2] / "index" / "sample"
SIDE = 2048


def texts_of(paths: list[Path], encoder: SentenceEncoder) -> list[str]:
    """What the encoder sees of all chunks under the paths."""
    read = (item for file in files_in(paths) if isinstance(file, Path) for item in cables_in(file, max_file_mb=100))
    cables = (item for item in read if isinstance(item, Cable))
    return [chunk.embedded_text for chunks in chunk_cables(cables, encoder) for chunk in chunks]


def operations(lengths: list[int], config: Any) -> float:
    """Multiplications and additions for texts of these lengths in tokens."""
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    weights = layers * (4 * hidden * hidden + 2 * hidden * inner)
    return float(sum(2 * length * weights + 4 * layers * hidden * length * length for length in lengths))


def multiply(rows: int, inner: int, columns: int, dtype: torch.dtype) -> float:
    """Operations a second of processor time of multiplying matrices of these sides, for about a second."""
    left, right = torch.randn(rows, inner, dtype=dtype), torch.randn(inner, columns, dtype=dtype)
    for _ in range(3):
        torch.matmul(left, right)
    started, count = time.process_time(), 0
    while time.process_time() - started < 1.0:
        torch.matmul(left, right)
        count += 1
    return 2.0 * rows * inner * columns * count / (time.process_time() - started)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[SAMPLE])
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--turns", type=int, default=5)
    chosen = parser.parse_args()
    encoder = open_encoder(dtype=chosen.dtype)
    assert isinstance(encoder, SentenceEncoder)
    texts = texts_of(chosen.paths, encoder)
    lengths = [min(len(spans) + 2, encoder.max_tokens) for spans in encoder.token_spans(texts)]
    config: Any = encoder._model[0].auto_model.config
    dtype, wanted = getattr(torch, encoder.dtype), operations(lengths, config)
    print(f"{len(texts)} texts, {sum(lengths)} tokens, {encoder.dtype}, {torch.get_num_threads()} threads")
    encoder.encode_documents(texts)
    shares = []
    for turn in range(1, chosen.turns + 1):
        square = multiply(SIDE, SIDE, SIDE, dtype)
        wide = multiply(BATCH_TOKENS, config.hidden_size, config.intermediate_size, dtype)
        seconds, used = timed(lambda: encoder.encode_documents(texts))
        shares.append((wanted / used / square, wanted / used / wide))
        print(
            f"turn {turn}: encoder {wanted / used / 1e9:.0f} GFLOP/s, {sum(lengths) / seconds:.0f} tokens a second; "
            f"matmul {square / 1e9:.0f} square, {wide / 1e9:.0f} as in the encoder's widest layer",
            flush=True,
        )
    for name, each in zip(("square matrices", "its widest layer"), zip(*shares, strict=True), strict=True):
        print(f"encoder / {name}: median {statistics.median(each):.2f} ({min(each):.2f}–{max(each):.2f})")


if __name__ == "__main__":
    main()
