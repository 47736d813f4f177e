"""Texts -> vectors on this machine, by sentence-transformers."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embed.encoder import Vectors
from index.embed.offline import OFFLINE_ENCODER, offline_folder
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 64


class SentenceEncoder:
    """A sentence-transformers model."""

    def __init__(self, model: "SentenceTransformer", name: str, dtype: str) -> None:
        self._model = model
        self._tokenizer: Any = model.tokenizer
        self.name = name
        self.dtype = dtype
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._encode(self._model.encode_document, list(texts))

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""
        vector: Vectors = self._encode(self._model.encode_query, [text])[0]
        return vector

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, special tokens left out."""
        found = self._tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        return [[(int(start), int(end)) for start, end in spans] for spans in found["offset_mapping"]]

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> Vectors:
        raw = encode(texts, batch_size=BATCH, show_progress_bar=False, convert_to_tensor=True)
        vectors: Vectors = raw.float().cpu().numpy()
        # Normalised here, in float32: a norm computed in bfloat16 is off by up to one part in 128.
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def open_sentence_encoder(name: str, dtype: str) -> SentenceEncoder:
    """Load an encoder.

    Args:
        name: `all-MiniLM-L6-v2`, any other sentence-transformers name, or a folder.
        dtype: `float32`, `bfloat16`, or `auto` for bfloat16 where the processor computes in it.

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
    except Exception as error:  # the libraries raise dozens of kinds, from OSError to their own
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"encoder {name!r} cannot be loaded: {reason}; check the name or the folder, "
            f"or set encoder = {OFFLINE_ENCODER!r}, which needs no network."
        ) from error
    return SentenceEncoder(model, name, chosen)


def _native_dtype() -> str:
    """The number format this machine multiplies matrices fastest in, without loss of ranking."""
    import torch

    if torch.cuda.is_available():
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    can = torch.cpu.get_capabilities()
    return "bfloat16" if any(can.get(unit) for unit in ("avx512_bf16", "amx_bf16", "bf16")) else "float32"
