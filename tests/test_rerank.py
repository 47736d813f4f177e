"""Late interaction: the paragraph near to each word of a question comes first, wherever in it the words stand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import HashingEncoder, scripted

from index.embed import TokenEncoder, Vectors, open_encoder
from index.settings import Settings
from qa.assistant import open_assistant
from qa.records import Passage, PassagesFound
from qa.rerank import READ_CLOSELY, LateInteraction


class WordByWord(HashingEncoder):
    """The hashing encoder, with a vector for each word, between two marks, as far as `max_tokens` go."""

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        return [
            self.encode_documents(["[CLS]", *text.split()[: self.max_tokens - 2], "[SEP]"]).astype(np.float32)
            for text in texts
        ]


def passages(*texts: str, score: float = 1.0) -> list[Passage]:
    """Passages of one score each."""
    return [
        Passage(rank, score, "74LIMA4", rank, rank, f"¶{rank}", None, "LIMA", "TIN", None, text)
        for rank, text in enumerate(texts, 1)
    ]


def ordinals(found: Sequence[Passage]) -> list[int]:
    return [each.ordinal for each in found]


def test_the_paragraph_with_the_words_of_the_question_comes_first() -> None:
    found = passages("bread is dear", "the miners struck in may", "the miners went home")
    best = LateInteraction(WordByWord()).rerank("the miners struck", found, 3)
    assert ordinals(best) == [2, 3, 1] and [each.rank for each in best] == [1, 2, 3]
    assert best[0].score > best[1].score > best[2].score
    assert ordinals(LateInteraction(WordByWord()).rerank("the miners struck", found, 1)) == [2]


def test_what_the_search_knows_still_counts() -> None:
    (first,), (second,) = passages("the miners went home", score=3.0), passages("the miners struck", score=1.0)
    assert LateInteraction(WordByWord()).rerank("the miners struck", [first, second], 2)[0].score > 2.5


def test_a_paragraph_longer_than_the_encoder_reads_is_read_to_its_end() -> None:
    told = passages("prices rose again. " * 60 + "the miners struck.", "prices rose again. " * 60)
    best = LateInteraction(WordByWord()).rerank("miners struck.", told[::-1], 2)
    assert ordinals(best) == [1, 2] and best[0].score - best[1].score > 0.5


def test_passages_beyond_those_that_are_read_keep_their_places() -> None:
    found = passages(*["bread is dear"] * READ_CLOSELY, "the miners struck", "the miners", score=5.0)
    best = LateInteraction(WordByWord()).rerank("the miners struck", found, 12)
    assert ordinals(best) == list(range(1, 13))
    assert [each.score for each in best] == sorted((each.score for each in best), reverse=True)


def test_no_passages_are_no_passages() -> None:
    assert LateInteraction(WordByWord()).rerank("the miners struck", (), 2) == ()


def test_what_is_to_be_quoted_is_read_more_closely_than_a_search(
    tmp_path: Path, index_files: Callable[..., Any], settings: Settings
) -> None:
    cable = (
        "R 151200Z MAR 74\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC\n\nUNCLAS LIMA 4\n\nE.O. 11652: N/A\n"
        "TAGS: ELAB, PE\nSUBJECT: TIN\n\n"
        "1. Miners miners miners miners spoke of miners.\n\n2. On that day the miners of Oruro struck for bread.\n\n"
        "3. Nobody else was heard.\n\nORDWAY\n"
    )
    (tmp_path / "one.txt").write_text(cable)
    index_files(tmp_path / "one.txt")
    asked = "For what did the miners of Oruro strike on that day?"
    with open_assistant(settings=settings, encoder=WordByWord()) as assistant:
        found = next(assistant.stream(asked))
        assert isinstance(found, PassagesFound) and "rerank" in found.passages.seconds
        assert found.passages[0].ordinal == 2
        assert "rerank" not in assistant.search(asked).seconds
    with open_assistant(settings=settings, encoder=WordByWord(), chat_model=scripted("")) as assistant:
        found = next(assistant.stream(asked))
        assert isinstance(found, PassagesFound) and "rerank" not in found.passages.seconds


@pytest.mark.weights
def test_the_real_encoder_gives_a_unit_vector_for_each_token() -> None:
    encoder = open_encoder(dtype="float32")
    assert isinstance(encoder, TokenEncoder)
    texts = ["Wheat was imported.", "wheat " * 400, "A general resigned on Monday."]
    short, long, other = encoder.encode_tokens(texts)
    counts = [len(spans) + 2 for spans in encoder.token_spans(texts)]
    assert (len(short), len(long), len(other)) == (counts[0], encoder.max_tokens, counts[2])
    assert np.linalg.norm(short, axis=1) == pytest.approx(1, abs=1e-5)
    (grain,) = encoder.encode_tokens(["grain"])
    assert max(grain[1] @ short.T) > max(grain[1] @ other.T)


@pytest.mark.weights
def test_the_real_encoder_brings_what_answers_to_the_front() -> None:
    encoder = open_encoder(dtype="float32")
    assert isinstance(encoder, TokenEncoder)
    found = passages(
        "The harbour was closed in May by a strike of dockers over pay.",
        "General Reyes laid down his office on the second of May and left for Lima.",
        "The price of flour rose by a third in May.",
    )
    assert LateInteraction(encoder).rerank("When did the general resign?", found, 3)[0].ordinal == 2
