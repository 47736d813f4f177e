"""An encoder behind an address: batches, retries, order, keys, errors in one sentence; over a real socket."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import SAMPLE, HashingEncoder
from making import a_text
from pydantic import SecretStr

from index.build import build
from index.chunk import chunk_cables
from index.embed import open_encoder
from index.embed.endpoint import BATCH, MAX_TOKENS, EndpointEncoder
from index.errors import EncoderError, StoreMismatch
from index.home import open_stores
from index.records import Cable, Header, Paragraph, Source
from index.settings import Settings
from qa.assistant import open_assistant

Reply = tuple[int, dict[str, str], Any]
"""Status, headers, and the body as JSON."""


class Server(ThreadingHTTPServer):
    """Speaks OpenAI's protocol; what is in `script` is said before anything else, None breaks the connection off."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.script: list[Reply | None] = []
        self.encoder = HashingEncoder()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        assert self.path == "/v1/embeddings"
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self.server.keys.append(self.headers.get("Authorization"))
        scripted = self.server.script.pop(0) if self.server.script else self._vectors(asked["input"])
        if scripted is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers, value = scripted
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, given in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, given)
        self.end_headers()
        self.wfile.write(body)

    def _vectors(self, texts: list[str]) -> Reply:
        """Not of unit length, and not in order: the protocol promises neither."""
        vectors = 3 * self.server.encoder.encode_documents(texts)
        data = [{"index": place, "embedding": vector.tolist()} for place, vector in enumerate(vectors)]
        return 200, {}, {"object": "list", "data": data[::-1], "model": "hashing"}

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


@pytest.fixture
def served(home: Path, server: Server) -> Settings:
    """Settings that name the server's encoder."""
    return Settings(home=home, encoder="openai:hashing", encoder_url=server.url, chat_model="none")


def test_an_index_is_built_and_asked_through_an_endpoint(served: Settings, server: Server, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained."))
    (tmp_path / "2.txt").write_text(a_text(2, first="The harvest failed."))
    assert build([tmp_path / "1.txt", tmp_path / "2.txt"], served).added == 2
    stores = open_stores(served)
    manifest = stores.catalog.manifest()
    stores.close()
    assert (manifest["encoder"], manifest["dimension"]) == ("openai:hashing", str(server.encoder.dimension))
    with open_assistant(settings=served) as assistant:
        answer = assistant.ask("How many officers were trained?")
        assert "97 officers were trained" in answer.text
        assert {"dense"} <= set(answer.passages[0].found_by)
    assert {each["model"] for each in server.asked} == {"hashing"}


def test_vectors_come_in_order_of_unit_length_and_in_batches(server: Server) -> None:
    texts = [f"cable number {number}" for number in range(3 * BATCH + 1)]
    encoder = open_encoder("openai:hashing", "auto", server.url)
    vectors = encoder.encode_documents(texts)
    assert np.allclose(vectors, server.encoder.encode_documents(texts), atol=1e-6)
    assert sorted(len(each["input"]) for each in server.asked) == [1, BATCH, BATCH, BATCH]
    assert encoder.encode_documents([]).shape == (0, encoder.dimension) == (0, server.encoder.dimension)
    assert np.allclose(encoder.encode_query(texts[5]), vectors[5], atol=1e-6)


BUSY: Reply = (503, {}, {})


@pytest.mark.parametrize(
    ("script", "requests"),
    [([BUSY, BUSY], 3), ([(429, {"Retry-After": "1"}, {"error": {"message": "slow down"}})], 2), ([None, BUSY], 3)],
    ids=["unavailable", "told to wait", "broken off"],
)
def test_what_may_pass_is_tried_again(script: list[Reply | None], requests: int, server: Server) -> None:
    server.script = script
    assert open_encoder("openai:hashing", "auto", server.url).encode_query("wheat").shape == (256,)
    assert len(server.asked) == requests


def vectors_of(*lengths: int) -> Reply:
    return 200, {}, {"data": [{"index": place, "embedding": [0.5] * n} for place, n in enumerate(lengths)]}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ((401, {}, {"error": {"message": "Incorrect API key"}}), "401 .*Incorrect API key; set REFTEL_ENCODER_KEY"),
        ((404, {}, {"error": "model not found"}), "404 Not Found, model not found; correct encoder_url"),
        ((400, {}, {"error": {"message": "too\nlong"}}), "400 Bad Request, too long; .*chunk_tokens"),
        ((200, {}, {"data": [{"embedding": "none"}]}), "the reply is not in OpenAI's form"),
        ((200, {}, ["what?"]), "the reply is not in OpenAI's form"),
        (vectors_of(4, 4), "1 texts did not give 1 vectors"),
        (vectors_of(0), "1 texts did not give 1 vectors"),
        (vectors_of(4, 5), "the reply is not in OpenAI's form"),
        (vectors_of(4), "vectors had 256 numbers and now have 4; name one encoder"),
    ],
)
def test_what_will_not_pass_is_one_sentence(reply: Reply, told: str, server: Server) -> None:
    encoder = open_encoder("openai:hashing", "auto", server.url)
    assert encoder.dimension == 256
    server.script = [reply]
    with pytest.raises(EncoderError, match=told) as caught:
        encoder.encode_query("wheat")
    assert "\n" not in str(caught.value) and len(server.asked) == 2


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:{closed}/v1", r"cannot be reached: .*\(3 tries\); see that the server runs"),
        ("http://127.0.0.1:port/v1", "correct encoder_url"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence(url: str, told: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    with pytest.raises(EncoderError, match=told) as caught:
        open_encoder("openai:hashing", "auto", url.replace("{closed}", str(closed))).encode_query("wheat")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "shown"), [(SecretStr("mine"), "Bearer mine"), (None, None)], ids=["given", "OpenAI's stays"]
)
def test_a_key_is_shown_to_the_server_it_is_for(
    given: SecretStr | None, shown: str | None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "for OpenAI only")
    open_encoder("openai:hashing", "auto", server.url, given).encode_query("wheat")
    assert server.keys == [shown]


def test_a_key_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFTEL_ENCODER_KEY", "s3cret")
    from index.settings import load_settings

    settings = load_settings()
    assert settings.encoder_key and settings.encoder_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings) + str(settings.model_dump())


def test_vectors_of_another_length_are_never_mixed_in(
    served: Settings, server: Server, tmp_path: Path, encoder: HashingEncoder
) -> None:
    path = tmp_path / "1.txt"
    path.write_text(a_text(1))
    build([path], served)
    server.script = [vectors_of(*[7] * 3)]
    path.write_text(a_text(1, first="It met again."))
    with pytest.raises(StoreMismatch, match=r"256 numbers.*have 7"):
        build([path], served)
    build([path], served)
    with open_assistant(settings=served) as assistant:
        assert "again" in assistant.search("met again").passages[0].text


def test_no_chunk_is_longer_than_is_counted(server: Server) -> None:
    text = "GOB MININD/COM ADVISED THAT 135,277 M.T. WHEAT EQUIV. IMPORTED. " * 60
    cable = Cable(
        Header("74LAPAZ146", "LAPAZ", 146, 1974, subject="WHEAT"), (Paragraph(1, text),), Source("", "text", "")
    )
    encoder = open_encoder("openai:hashing", "auto", server.url)
    (chunks,) = chunk_cables([cable], encoder)
    lengths = [len(spans) for spans in encoder.token_spans([chunk.embedded_text for chunk in chunks])]
    assert len(chunks) > 3 and max(lengths) <= MAX_TOKENS
    (short,) = chunk_cables([cable], encoder, 128)
    assert max(len(spans) for spans in encoder.token_spans([chunk.embedded_text for chunk in short])) <= 128


@pytest.mark.weights
def test_counting_is_on_the_safe_side_of_a_real_tokenizer() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("*.txt"))]
    counted = EndpointEncoder("openai:any").token_spans(texts)
    real = open_encoder(dtype="float32").token_spans(texts)
    assert len(texts) > 40 and all(len(mine) >= len(theirs) for mine, theirs in zip(counted, real, strict=True))
