"""Texts -> vectors by a server that speaks OpenAI's `POST /embeddings`: OpenAI's own, vLLM, TEI, Ollama, llama.cpp.

Which tokenizer the server has is not to be learned from it, so lengths are counted on the safe side: one token for
every two letters of the English alphabet, one for any other sign. Of every sample cable that is at least as many as
MiniLM's tokenizer makes; others were not measured, and `chunk_tokens` sets a smaller limit for them.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
from pydantic import BaseModel, SecretStr, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from index.embed.encoder import Vectors
from index.errors import EncoderError

OPENAI_URL = "https://api.openai.com/v1"
MAX_TOKENS = 512
"""What the encoders that are served take at least, by the counting of this module."""

BATCH = 32
"""Texts in a request: what the most cautious servers take (TEI's default)."""
AT_ONCE = 4
"""Requests under way together, so that the server never waits for the next."""
ATTEMPTS, QUERY_ATTEMPTS = 6, 3
"""Tries in indexing, some 15 s in all, and where a person waits for an answer."""
LONGEST_WAIT = 30.0

_TOKEN = re.compile(r"[A-Za-z]{1,2}|\S")
_TRY_AGAIN = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=8.0, jitter=0.5)


class _Embedding(BaseModel):
    index: int
    embedding: list[float]


class _Reply(BaseModel):
    data: list[_Embedding]


class _TryAgainError(Exception):
    """The server may do it a little later; `seconds` where it says when."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class EndpointEncoder:
    """An encoder behind an address. State: the connections, and the length of its vectors once it is known."""

    dtype = "float32"
    max_tokens = MAX_TOKENS

    def __init__(self, name: str, url: str | None = None, key: SecretStr | None = None) -> None:
        self.name = name
        self._url = f"{(url or OPENAI_URL).rstrip('/')}/embeddings"
        # A key of OpenAI's goes to OpenAI only.
        secret = key.get_secret_value() if key else "" if url else os.environ.get("OPENAI_API_KEY", "")
        self._client = httpx.Client(
            timeout=httpx.Timeout(120.0, connect=10.0), headers={"Authorization": f"Bearer {secret}"} if secret else {}
        )
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """Numbers in a vector; the first call may have to ask the server."""
        if not self._dimension:
            self._embed(["dimension"], QUERY_ATTEMPTS)
        return self._dimension

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return np.concatenate(list(pool.map(lambda batch: self._embed(batch, ATTEMPTS), batches)))

    def encode_query(self, text: str) -> Vectors:
        """One vector of unit length, shape (dimension,)."""
        vector: Vectors = self._embed([text], QUERY_ATTEMPTS)[0]
        return vector

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text, where each of its tokens stands, as this module counts them."""
        return [[match.span() for match in _TOKEN.finditer(text)] for text in texts]

    def _embed(self, texts: Sequence[str], attempts: int) -> Vectors:
        tries = Retrying(
            retry=retry_if_exception_type(_TryAgainError), stop=stop_after_attempt(attempts), wait=_wait, reraise=True
        )
        try:
            return tries(self._ask, list(texts))
        except _TryAgainError as error:
            raise self._error(f"{error} ({attempts} tries)", "see that the server runs, then try again") from None

    def _ask(self, texts: list[str]) -> Vectors:
        """One request, and its reply as vectors of unit length."""
        try:
            response = self._client.post(self._url, json={"model": self.name.partition(":")[2], "input": texts})
        except httpx.InvalidURL as error:
            raise self._error(str(error), "correct encoder_url") from None
        except httpx.TransportError as error:
            raise _TryAgainError(f"cannot be reached: {str(error) or type(error).__name__}") from None
        if response.status_code in _TRY_AGAIN:
            raise _TryAgainError(_said(response), _seconds(response))
        if not response.is_success:
            raise self._error(_said(response), _remedy(response.status_code))
        try:
            found = sorted(_Reply.model_validate_json(response.content).data, key=lambda each: each.index)
            vectors: Vectors = np.array([each.embedding for each in found], dtype=np.float32)
        except (ValidationError, ValueError):
            raise self._error("the reply is not in OpenAI's form", "correct encoder_url") from None
        return self._checked(vectors, len(texts))

    def _checked(self, vectors: Vectors, wanted: int) -> Vectors:
        shape = vectors.shape
        if len(shape) != 2 or shape[0] != wanted or not shape[1] or not np.isfinite(vectors).all():
            raise self._error(f"{wanted} texts did not give {wanted} vectors", "look into the server")
        if self._dimension not in (0, shape[1]):
            raise self._error(
                f"vectors had {self._dimension} numbers and now have {shape[1]}", "name one encoder and index again"
            )
        self._dimension = shape[1]
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def _error(self, reason: str, remedy: str) -> EncoderError:
        return EncoderError(f"encoder {self.name!r} at {self._url}: {reason}; {remedy}.")


def _wait(state: RetryCallState) -> float:
    """Seconds to the next try: what the server asks for, else longer each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.seconds if isinstance(error, _TryAgainError) else 0.0
    return min(asked, LONGEST_WAIT) or _BACKOFF(state)


def _seconds(response: httpx.Response) -> float:
    given = response.headers.get("retry-after", "")
    return float(given) if given.isdigit() else 0.0


def _said(response: httpx.Response) -> str:
    """What the server said, in a line: OpenAI's form of an error, else the status."""
    found: Any = None
    try:
        found = response.json()
        found = found["error"]
        found = found["message"]
    except (ValueError, KeyError, TypeError):
        found = found if isinstance(found, str) else ""
    line = " ".join(str(found).split())[:200]
    return f"{response.status_code} {response.reason_phrase}{f', {line}' if line else ''}".rstrip(".")


def _remedy(status: int) -> str:
    if status in (401, 403):
        return "set REFTEL_ENCODER_KEY (for OpenAI itself: OPENAI_API_KEY)"
    if status == 404:
        return "correct encoder_url, which mostly ends in /v1, or the encoder's name"
    if status in (400, 413, 422):
        return "check the encoder's name, or set a smaller chunk_tokens and index again"
    return "look into the server"
