"""Chunks: within the encoder's length, cut at sentences, together the whole paragraph."""

from datetime import UTC, datetime

import pytest
from conftest import HashingEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import chunk_cables, context_of
from index.records import Cable, Header, Paragraph, Source

HEADER = Header(
    "07ASTANA3162",
    "ASTANA",
    3162,
    2007,
    datetime(2007, 11, 20, 11, 58, tzinfo=UTC),
    subject="TIP REPORT.",
    text="SUBJECT",
)


def cable(*texts: str, heading: str | None = None) -> Cable:
    paragraphs = tuple(Paragraph(n, text, n, heading=heading) for n, text in enumerate(texts, 1))
    return Cable(HEADER, paragraphs, Source("a.txt", "text", "0"))


def test_a_short_paragraph_is_one_chunk_with_its_header_words() -> None:
    (chunks,) = chunk_cables([cable("Nothing happened.")], HashingEncoder())
    assert [(each.cable_id, each.ordinal, each.part, each.embedded_text) for each in chunks] == [
        ("07ASTANA3162", 0, 0, "SUBJECT"),
        ("07ASTANA3162", 1, 0, "TIP REPORT. ASTANA, 20 November 2007.\nNothing happened."),
    ]


def test_a_heading_is_part_of_the_context() -> None:
    (chunks,) = chunk_cables([cable("Nothing happened.", heading="COMMENT")], HashingEncoder())
    assert chunks[1].context == "TIP REPORT. ASTANA, 20 November 2007. COMMENT."


@pytest.mark.parametrize(
    ("header", "context"),
    [
        (HEADER, "TIP REPORT. ASTANA, 20 November 2007."),
        (Header("07ASTANA3162", "ASTANA", 3162, 2007), "ASTANA."),
        (Header("frus1969-76ve04/d12", "", None, None), ""),
    ],
)
def test_context_says_what_the_header_knows(header: Header, context: str) -> None:
    assert context_of(header.subject, header.origin, header.sent) == context


def test_a_long_paragraph_is_cut_between_sentences_into_even_stretches() -> None:
    text = " ".join(f"Sentence number {n} tells of wheat." for n in range(30))
    encoder = HashingEncoder()
    (chunks,) = chunk_cables([cable(text)], encoder)
    parts = chunks[1:]
    assert len(parts) > 3
    assert all(part.text.startswith("Sentence") and part.text.rstrip().endswith("wheat.") for part in parts)
    lengths = [len(spans) for spans in encoder.token_spans([part.text for part in parts])]
    assert max(lengths) <= 2 * min(lengths)


@settings(deadline=None)
@given(st.text(alphabet="ab. \n", max_size=1500), st.integers(12, 64))
def test_chunks_fit_the_encoder_and_together_are_the_paragraph(text: str, limit: int) -> None:
    encoder = HashingEncoder()
    (chunks,) = chunk_cables([cable(text)], encoder, limit)
    parts = chunks[1:]
    assert "".join(part.text for part in parts) == text
    assert all(text[part.start : part.end] == part.text for part in parts)
    for part in parts:
        context, own = (len(spans) for spans in encoder.token_spans([part.context, part.text]))
        assert own <= max(limit - 2 - context, (limit - 2) // 4)
