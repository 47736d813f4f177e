"""Late interaction: the paragraph near to each word of a question comes first, wherever in it the words stand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import HashingEncoder, scripted

from index.embed import SentenceEncoder, Vectors, open_encoder, open_token_encoder
from index.sentences import sentence_spans
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.closeness import ADAPTER, KEPT, Closeness, open_closeness
from qa.records import Passage, Passages, PassagesFound
from qa.rerank import LateInteraction


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
    best = LateInteraction(Closeness(WordByWord())).rerank("the miners struck", found, 3)
    assert ordinals(best) == [2, 3, 1] and [each.rank for each in best] == [1, 2, 3]
    assert best[0].score > best[1].score > best[2].score
    assert ordinals(LateInteraction(Closeness(WordByWord())).rerank("the miners struck", found, 1)) == [2]


def test_what_the_search_knows_still_counts() -> None:
    (first,), (second,) = passages("the miners went home", score=3.0), passages("the miners struck", score=1.0)
    assert LateInteraction(Closeness(WordByWord())).rerank("the miners struck", [first, second], 2)[0].score > 2.5


def test_a_paragraph_longer_than_the_encoder_reads_is_read_to_its_end() -> None:
    told = passages("prices rose again. " * 60 + "the miners struck.", "prices rose again. " * 60)
    best = LateInteraction(Closeness(WordByWord())).rerank("miners struck.", told[::-1], 2)
    assert ordinals(best) == [1, 2] and best[0].score - best[1].score > 0.5


def test_what_was_compared_is_not_computed_again() -> None:
    read: list[str] = []

    class Counting(WordByWord):
        def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
            read.extend(texts)
            return super().encode_tokens(texts)

    closeness = Closeness(Counting())
    bread, miners, tin = passages("bread is dear", "the miners struck", "tin is cheap")
    first, second = closeness.compare("the miners", [bread, miners])
    read.clear()
    assert closeness.compare("the miners", [miners]) == [second] and not read
    third, again = closeness.compare("the miners", [tin, bread])
    assert again is first and third.closeness() < second.closeness() and len(read) == 2
    assert closeness.compare("the bread", [bread])[0].closeness() != first.closeness()
    assert len(closeness.compare("the miners", [replace(bread, text=f"loaf {n}") for n in range(KEPT)])) == KEPT
    read.clear()
    closeness.compare("the miners", [miners])
    assert read


def test_what_there_is_no_time_to_read_follows_in_its_order() -> None:
    long = "prices rose again. " * 300
    found = passages(long, long, long, long, "the miners struck", "the miners")
    best = LateInteraction(Closeness(WordByWord())).rerank("the miners struck", found, 6)
    assert ordinals(best)[4:] == [5, 6]
    assert [each.score for each in best] == sorted((each.score for each in best), reverse=True)
    best = LateInteraction(Closeness(WordByWord())).rerank("the miners struck", found[1:], 5)
    assert ordinals(best)[0] == 5 and ordinals(best)[-1] == 6


def test_the_score_of_the_search_is_kept_beside_the_new_one() -> None:
    (found,) = LateInteraction(Closeness(WordByWord())).rerank("the miners", passages("the miners", score=0.7), 1)
    assert found.score != 0.7 and found.searched == found.search_score == 0.7
    (again,) = LateInteraction(Closeness(WordByWord())).rerank("the miners", [found], 1)
    assert again.searched == 0.7
    assert passages("the miners", score=0.7)[0].searched == 0.7


def test_a_sentence_is_as_close_as_its_own_words_come() -> None:
    text = "Bread is dear. The miners struck in May. " + "Nobody else was heard. " * 40 + "The miners struck at dawn."
    (passage,) = passages(text)
    (beside,) = Closeness(WordByWord()).compare("The miners struck", [passage])
    spans = sentence_spans(text)
    close = [beside.closeness_of(span) for span in spans]
    assert close[1] == close[-1] == pytest.approx(1.0) and max(close[2:-1]) < 0.5
    assert beside.closeness() == pytest.approx(1.0)
    assert beside.closeness_of((0, 1)) == -1.0


def test_what_is_read_before_a_paragraph_is_no_word_of_it() -> None:
    (passage,) = passages("Bread is dear.")
    (beside,) = Closeness(WordByWord()).compare("TIN.", [passage])  # the subject
    assert beside.closeness() == pytest.approx(1.0) and beside.closeness_of((0, len(passage.text))) < 0.5


def test_no_passages_are_no_passages() -> None:
    assert LateInteraction(Closeness(WordByWord())).rerank("the miners struck", (), 2) == ()


CABLE = (
    "R 151200Z MAR 74\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC\n\nUNCLAS LIMA 4\n\nE.O. 11652: N/A\n"
    "TAGS: ELAB, PE\nSUBJECT: TIN\n\n"
    "1. Miners miners miners miners spoke of miners.\n\n2. On that day the miners of Oruro struck for bread.\n\n"
    "3. Nobody else was heard.\n\nORDWAY\n"
)
ASKED = "For what did the miners of Oruro strike on that day?"


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One cable, and late interaction word by word."""
    (tmp_path / "one.txt").write_text(CABLE)
    index_files(tmp_path / "one.txt")
    monkeypatch.setattr("qa.search.open_closeness", lambda: Closeness(WordByWord()))


def first_found(assistant: Assistant, asked: str) -> Passages:
    found = next(assistant.stream(asked))
    assert isinstance(found, PassagesFound)
    return found.passages


@pytest.mark.parametrize("chat_model", ["none", scripted("")], ids=["quoting", "by a chat model"])
def test_what_is_to_be_answered_is_read_more_closely_than_a_search(
    archive: None, settings: Settings, chat_model: Any
) -> None:
    with open_assistant(settings=settings, encoder=WordByWord(), chat_model=chat_model) as assistant:
        found = first_found(assistant, ASKED)
        assert "rerank" in found.seconds and found[0].ordinal == 2
        assert "rerank" not in assistant.search(ASKED).seconds


def test_what_the_catalog_answers_is_not_read_closely(archive: None, settings: Settings) -> None:
    with open_assistant(settings=settings, encoder=WordByWord()) as assistant:
        assert "rerank" not in first_found(assistant, "Who signed the cable about tin?").seconds


def test_it_can_be_switched_off(archive: None, settings: Settings) -> None:
    without = settings.model_copy(update={"reranker": "none"})
    with open_assistant(settings=without, encoder=WordByWord()) as assistant:
        assert "rerank" not in first_found(assistant, ASKED).seconds


@pytest.mark.weights
def test_the_taught_encoder_gives_a_unit_vector_for_each_token() -> None:
    encoder = open_token_encoder(ADAPTER, dtype="float32")
    texts = ["Wheat was imported.", "wheat " * 400, "A general resigned on Monday."]
    short, long, other = encoder.encode_tokens(texts)
    counts = [len(spans) + 2 for spans in encoder.token_spans(texts)]
    assert (len(short), len(long), len(other)) == (counts[0], encoder.max_tokens, counts[2])
    assert np.linalg.norm(short, axis=1) == pytest.approx(1, abs=1e-5)
    (grain,) = encoder.encode_tokens(["grain"])
    assert max(grain[1] @ short.T) > max(grain[1] @ other.T)


@pytest.mark.weights
def test_the_adapter_changes_what_tokens_mean_and_leaves_the_encoder_of_the_index_alone() -> None:
    plain, taught = open_encoder(dtype="float32"), open_token_encoder(ADAPTER, dtype="float32")
    assert isinstance(plain, SentenceEncoder)
    text = "The harbour was closed in May by a strike of dockers over pay."
    before = plain.encode_query(text)
    assert not np.allclose(plain.encode_tokens([text])[0], taught.encode_tokens([text])[0], atol=0.05)
    assert np.array_equal(plain.encode_query(text), before)


@pytest.mark.weights
def test_the_taught_encoder_brings_what_answers_to_the_front() -> None:
    found = passages(
        "The harbour was closed in May by a strike of dockers over pay.",
        "General Reyes laid down his office on the second of May and left for Lima.",
        "The price of flour rose by a third in May.",
    )
    assert LateInteraction(open_closeness()).rerank("When did the general resign?", found, 3)[0].ordinal == 2
    assert open_closeness() is open_closeness()
