"""The encoder with its real weights: proved, unit vectors, nothing cut in silence, errors in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from index.chunk import chunk_cables
from index.embed import OFFLINE_ENCODER, Encoder, SentenceEncoder, offline_folder, open_encoder
from index.errors import EncoderError
from index.records import Cable, Header, Paragraph, Source

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def real() -> Encoder:
    return open_encoder(dtype="float32")


def test_vectors_are_of_unit_length_and_like_meets_like(real: Encoder) -> None:
    vectors = real.encode_documents(["Wheat was imported.", "FLOUR AND GRAIN IMPORTS", "A general resigned."])
    query = real.encode_query("How much grain came in from abroad?")
    assert vectors.shape == (3, real.dimension) == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert min(vectors[:2] @ query) > vectors[2] @ query
    assert real.encode_documents([]).shape == (0, 384)


def test_bfloat16_ranks_as_float32_does(real: Encoder) -> None:
    texts = ["Wheat was imported.", "A general resigned.", "The port talks broke down.", "Visas were issued."]
    half = open_encoder(dtype="bfloat16")
    assert (half.dtype, real.dtype) == ("bfloat16", "float32")
    query = "Why did the negotiations on the harbour fail?"
    ranks = [np.argsort(each.encode_documents(texts) @ each.encode_query(query)).tolist() for each in (half, real)]
    assert ranks[0] == ranks[1]


def test_no_chunk_is_longer_than_the_encoder_reads(real: Encoder) -> None:
    paragraph = Paragraph(1, "GOB MININD/COM ADVISED THAT 135,277 M.T. WHEAT EQUIV. IMPORTED. " * 60)
    cable = Cable(Header("74LAPAZ146", "LAPAZ", 146, 1974, subject="WHEAT"), (paragraph,), Source("", "text", ""))
    (chunks,) = chunk_cables([cable], real)
    lengths = [len(spans) + 2 for spans in real.token_spans([chunk.embedded_text for chunk in chunks])]
    assert len(chunks) > 5
    assert max(lengths) <= real.max_tokens == 256


def test_other_weights_than_the_published_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embed.offline.OFFLINE_SHA256", "0" * 64)
    with pytest.raises(EncoderError, match=rf"is not the published {OFFLINE_ENCODER}.*reinstall"):
        open_encoder()


def test_any_folder_of_weights_is_an_encoder(real: Encoder) -> None:
    other = open_encoder(str(offline_folder()), "float32")
    assert other.name == str(offline_folder())
    assert other.encode_query("wheat") == pytest.approx(real.encode_query("wheat"), abs=1e-6)


def test_an_encoder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"cannot be loaded.*needs no network") as caught:
        open_encoder(str(tmp_path / "nothing"))
    assert "\n" not in str(caught.value)


def test_a_model_that_is_no_transformer_is_refused_in_one_sentence(real: Encoder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    assert isinstance(real, SentenceEncoder)
    words = StaticEmbedding(real._model.tokenizer.backend_tokenizer, embedding_dim=16)
    SentenceTransformer(modules=[words]).save_pretrained(str(tmp_path / "static"))
    with pytest.raises(EncoderError, match=rf"^encoder '.*static' cannot be loaded: .*; .*{OFFLINE_ENCODER}"):
        open_encoder(str(tmp_path / "static"), "float32")
