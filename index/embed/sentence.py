"""Texts -> vectors on this machine, by sentence-transformers.

Documents go in small batches of like length, one batch a thread: what a batch of `BATCH_TOKENS` computes on its way
stays in the processor's own memory, and no thread waits for another. What pace that keeps of the machine's own, in
multiplying matrices, tests/benchmarks/throughput.py measures.
"""

import copy
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embed.encoder import Vectors
from index.embed.offline import OFFLINE_ENCODER, offline_folder
from index.errors import EncoderError
from index.priority import step_back

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_TOKENS = 2048
"""Tokens of one batch, padding included, on a processor."""

BATCH_TOKENS_GPU = 65_536
"""The same on a graphics card, which wants much to do at once."""

STEP = 8
"""Batches are padded to lengths of so many tokens: the library keeps code and memory for every shape it meets."""


class SentenceEncoder:
    """A sentence-transformers model."""

    def __init__(self, model: "SentenceTransformer", name: str, dtype: str) -> None:
        self._model = model
        # A tokenizer keeps whether it cuts and pads: the model's own does, this one never does, in whatever thread.
        self._tokenizer: Any = copy.deepcopy(model.tokenizer)
        model.preprocess(["settled"])
        self._on_processor = model.device.type == "cpu"
        self._pool: ThreadPoolExecutor | None = None
        self._opening = threading.Lock()
        self.name = name
        self.dtype = dtype
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        lengths = [min(len(spans) + 2, self.max_tokens) for spans in self.token_spans(texts)] if texts else []
        lengths = [-(-length // STEP) * STEP for length in lengths]
        batches = list(_by_length(lengths, BATCH_TOKENS if self._on_processor else BATCH_TOKENS_GPU))
        encoded = self._open_pool().map(
            lambda batch: self._encode(self._model.encode_document, [texts[place] for place in batch], step=STEP),
            batches,
        )
        for batch, found in zip(batches, encoded, strict=True):
            vectors[batch] = found
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""
        with _one_thread():
            vector: Vectors = self._encode(self._model.encode_query, [text])[0]
        return vector

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text, vectors of unit length, shape (tokens, dimension), as far as `max_tokens` go.

        Computed in this thread, not among the documents: a person waits for them.
        """
        raw = self._model.encode(
            list(texts), output_value="token_embeddings", convert_to_numpy=False, show_progress_bar=False
        )
        return [_to_unit(vectors.float().cpu().numpy()) for vectors in raw]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, special tokens left out."""
        found = self._tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        return [[(int(start), int(end)) for start, end in spans] for spans in found["offset_mapping"]]

    def _encode(self, encode: Callable[..., Any], texts: list[str], *, step: int = 1) -> Vectors:
        padding = {"text": {"pad_to_multiple_of": step}}
        raw = encode(
            texts, batch_size=len(texts), show_progress_bar=False, convert_to_tensor=True, processing_kwargs=padding
        )
        return _to_unit(raw.float().cpu().numpy())

    def _open_pool(self) -> ThreadPoolExecutor:
        """A thread for each core, or one for the graphics card."""
        with self._opening:
            if self._pool is None:
                import torch

                threads = torch.get_num_threads() if self._on_processor else 1
                self._pool = ThreadPoolExecutor(threads, "embed", initializer=_prepare_thread)
                # Every thread is begun now, each held to one core; then what this thread was given is given back.
                begun = threading.Barrier(threads + 1)
                for _ in range(threads):
                    self._pool.submit(begun.wait)
                begun.wait()
                torch.set_num_threads(threads)
            return self._pool


def _to_unit(vectors: Vectors) -> Vectors:
    """Normalised here, in float32: a norm computed in bfloat16 is off by up to one part in 128."""
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


@contextmanager
def _one_thread() -> Iterator[None]:
    """A question is too short to share out: on a busy machine two threads took six times as long over it as one."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _prepare_thread() -> None:
    import torch

    torch.set_num_threads(1)
    # Linux counts a thread's own niceness; elsewhere it is that of the whole program, which is left alone.
    if sys.platform == "linux":
        step_back(threading.get_native_id())


def _by_length(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Places of texts in batches, the longest first, so that padded none is above `most` tokens."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > most:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def open_sentence_encoder(name: str, dtype: str, adapter: Path | None = None) -> SentenceEncoder:
    """Load an encoder.

    Args:
        name: `all-MiniLM-L6-v2`, any other sentence-transformers name, or a folder.
        dtype: `float32`, `bfloat16`, or `auto` for bfloat16 where the processor computes in it.
        adapter: the folder of a LoRA adapter of its weights, in PEFT's form.

    Raises:
        EncoderError: the weights are not there, are not the published ones, or cannot be loaded.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # Read once, when torch first loads: threads that spin while they wait halve the pace of a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    place = str(offline_folder()) if name == OFFLINE_ENCODER else name
    try:
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        chosen = _native_dtype() if dtype == "auto" else dtype
        model = SentenceTransformer(place, model_kwargs={"dtype": getattr(torch, chosen)})
        if adapter is not None:
            model.load_adapter(str(adapter))
        return SentenceEncoder(model, name, chosen)
    except Exception as error:  # the libraries raise dozens of kinds, from OSError to their own
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"encoder {name!r} cannot be loaded: {reason}; check the name or the folder, "
            f"or set encoder = {OFFLINE_ENCODER!r}, which needs no network."
        ) from error


def _native_dtype() -> str:
    """The number format this machine multiplies matrices fastest in, without loss of ranking."""
    import torch

    if torch.cuda.is_available():
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    can = torch.cpu.get_capabilities()
    return "bfloat16" if any(can.get(unit) for unit in ("avx512_bf16", "amx_bf16", "bf16")) else "float32"
