"""One GGUF file loaded into this process by llama.cpp, and requests to it, one at a time.

llama.cpp's server runs in this process and is called directly. It insists on listening
somewhere as well: that is a socket file in a folder only this user may open, with a random key,
and Reftel itself asks it there what has no direct call: how many tokens a text has, and to go on
from a prompt that was read elsewhere.
"""

import os
import queue
import secrets
import shutil
import socket
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ChatError, ChatUnavailable

if TYPE_CHECKING:
    import httpx

BATCH = 256
"""Prompt tokens evaluated at once; between two batches an abandoned request can stop."""

COPIED, DRAFTED = 5, 6
"""After so many tokens that stand in the prompt too, so many more are guessed from there and checked in one step. Over
23 drafts, repacked, 20.8 tokens a second are written so, 18.4 with twelve guessed, and 16.6 with none."""

CACHE_MB = 512
"""Memory for prompts evaluated earlier, so that two that take turns each keep their beginning."""

SOCKET_PATH_BYTES = 100
"""A socket file's path may have about 104 bytes; where the temporary folder lies deeper, loopback is taken."""

DOOR, SAVED = "chat.sock", "prompt.saved"
"""Files in the folder: the socket, and a prompt that is handed over."""

STREAMED = {"stream": True, "return_progress": True, "stream_options": {"include_usage": True}}
"""Even a reply wanted whole is streamed: progress is what makes a request stoppable."""

Event = dict[str, Any]

ReadPrompt = Callable[[list[dict[str, Any]], Callable[[], bool]], bytes]
"""Reads messages, until told to stop, and gives what llama.cpp would have saved of them."""


class Engine:
    """A loaded model. Requests wait for one another; several threads may make them."""

    def __init__(self, path: Path, *, context: int, threads: int, patience: float, repacked: bool) -> None:
        """Load the file.

        Args:
            path: the GGUF file.
            context: its context window, in tokens.
            threads: 0 = one for each core.
            patience: seconds to wait for the next sign of life, the wait for other requests included.
            repacked: the weights are repacked as they are loaded. A fifth faster is written so; but prompts are read
                slower by an eighth, and half as much memory again is taken.

        Raises:
            ChatUnavailable: the file cannot be loaded.
        """
        self.path, self._context, self._patience = path, context, patience
        self._turn = threading.Lock()
        self._words: dict[int, str] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="reftel-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        key = secrets.token_urlsafe(32)
        self._server = _load(path, self.folder, key, context, threads or count_cores(), repacked)
        self._client = _open_client(self._server.listening_address, key)
        weakref.finalize(self, self._client.close)

    def stream(
        self, request: dict[str, Any], left: threading.Event | None = None, read: ReadPrompt | None = None
    ) -> Iterator[Event]:
        """The events of one chat completion. Closing the iterator, or setting `left`, stops the model.

        Args:
            read: reads the prompt beforehand, so that the model begins by writing.

        Raises:
            ChatError: the prompt does not fit, or the request is refused.
            ChatUnavailable: nothing came for too long.
        """
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        closed = left or threading.Event()

        def receive(event: Event) -> bool:
            events.put(event)
            return closed.is_set() or not threading.main_thread().is_alive()

        def work() -> None:
            try:
                with self._turn:
                    if read and not closed.is_set():
                        self._take_up(read(request["messages"], closed.is_set))
                    if not closed.is_set():
                        self._server.handle_chat_completions({**request, **STREAMED}, receive)
            except Exception as error:
                events.put({"error": error if isinstance(error, ChatError) else {"message": str(error)}})
            finally:
                events.put(None)

        threading.Thread(target=work, name="reftel-chat").start()
        try:
            while (event := events.get(timeout=self._patience)) is not None:
                if "error" in event:
                    raise self._refusal(event["error"])
                yield event
        except queue.Empty:
            raise self._no_sign() from None
        finally:
            closed.set()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Meanwhile no request is worked on: two at once would slow each other by more than half.

        Raises:
            ChatUnavailable: the requests before took too long.
        """
        if not self._turn.acquire(timeout=self._patience):
            raise self._no_sign()
        try:
            yield
        finally:
            self._turn.release()

    def _take_up(self, saved: bytes) -> None:
        """Hold a prompt as if it had been read here. Where that fails, it will be."""
        file = self.folder / SAVED
        with suppress(OSError):  # no room for it
            file.write_bytes(saved)
            self._client.post("/slots/0?action=restore", json={"filename": SAVED})
        file.unlink(missing_ok=True)

    def tokens(self, text: str) -> list[int]:
        """The text as this model cuts it."""
        return list(self._ask("/tokenize", {"content": text})["tokens"])

    def words(self, tokens: Sequence[int]) -> list[str]:
        """What each token says."""
        for token in tokens:
            if token not in self._words:
                self._words[token] = self._ask("/detokenize", {"tokens": [token]})["content"]
        return [self._words[token] for token in tokens]

    def prompt(self, messages: list[dict[str, Any]]) -> list[int]:
        """The tokens of the messages as the model reads them.

        Raises:
            ChatError: they do not fit.
        """
        tokens = self.tokens(self.render(messages))
        if len(tokens) >= self._context:
            raise self._too_long(len(tokens), self._context)
        return tokens

    def render(self, messages: list[dict[str, Any]]) -> str:
        """The messages as the model reads them, by the chat template its file carries."""
        return str(self._ask("/apply-template", {"messages": messages})["prompt"])

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.post(path, json=body).raise_for_status().json()
        return answer

    def _refusal(self, error: ChatError | dict[str, Any]) -> ChatError:
        if isinstance(error, ChatError):
            return error
        if error.get("type") == "exceed_context_size_error":
            return self._too_long(error["n_prompt_tokens"], error["n_ctx"])
        return ChatError(f"{self.path.stem} refused the request: {error.get('message')}. Ask it in another way.")

    def _too_long(self, tokens: int, context: int) -> ChatError:
        return ChatError(
            f"The prompt has {tokens} tokens and {self.path.stem} is set to hold {context}. "
            "Show it fewer sources (sources_to_model) or raise chat_context."
        )

    def _no_sign(self) -> ChatUnavailable:
        return ChatUnavailable(
            f"{self.path.stem} gave no sign for {self._patience:g} seconds; it may be busy with other questions. "
            "Ask again later, or raise chat_timeout."
        )


def count_cores() -> int:
    """Physical cores this process may use: a second thread on a core only makes the first wait."""
    try:
        allowed = os.sched_getaffinity(0)
    except AttributeError:
        return os.cpu_count() or 1
    cores = {_siblings(cpu) for cpu in allowed}
    return max(1, min(len(cores), _quota()))


def _siblings(cpu: int) -> str:
    try:
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii")
    except OSError:
        return str(cpu)


def _quota() -> int:
    """Cores that a container is held to (control groups, version 2)."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return int(quota) // int(period)
    except (OSError, ValueError):
        return os.cpu_count() or 1


def _load(path: Path, folder: Path, key: str, context: int, threads: int, repacked: bool) -> Any:
    if not path.is_file():
        raise ChatUnavailable(f"{path} is not there; fetch it with: reftel model fetch {path.stem}")
    xllamacpp = _import_llama()
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_batch, params.n_ubatch, params.n_parallel = context, BATCH, BATCH, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib, params.fit_params = CACHE_MB, False
    params.no_extra_bufts = not repacked
    params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = COPIED, DRAFTED
    door = folder / DOOR
    params.hostnames = [str(door) if _has_sockets(door) else "127.0.0.1"]
    params.port, params.n_threads_http, params.api_keys = 0, 2, [key]
    params.ui = params.endpoint_slots = False
    params.slot_save_path = f"{folder}{os.sep}"
    params.offline, params.verbosity = True, -1
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        raise ChatUnavailable(
            f"{path} cannot be loaded: it is damaged, or the memory does not suffice. Remove it and fetch it again "
            f"(reftel model fetch {path.stem}), or take a smaller model."
        ) from None


def _import_llama() -> Any:
    # Threads that wait by spinning slow each other three- to fourfold as soon as anything else runs.
    # The OpenMP library reads this once, when the first package that uses it is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import xllamacpp
    except ImportError as error:
        raise ChatUnavailable(
            f"The local chat model needs the package xllamacpp ({error}); install it with: pip install xllamacpp"
        ) from None
    return xllamacpp


def _has_sockets(door: Path) -> bool:
    return hasattr(socket, "AF_UNIX") and len(os.fsencode(door)) <= SOCKET_PATH_BYTES


def _open_client(address: str, key: str) -> "httpx.Client":
    import httpx

    door = address.removeprefix("unix://")
    transport = httpx.HTTPTransport(uds=door if door != address else None)
    base = "http://localhost" if door != address else address
    return httpx.Client(transport=transport, base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=30)
