"""A Cable -> Chunks: each a stretch of one paragraph that fits the encoder, with header words before it.

Lengths are counted in the encoder's own tokens: the telegrams of the seventies are all
capitals, which tokenizers cut very differently, and an encoder drops what does not fit
without a word.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from index.embed import Encoder, Tokenizer
from index.records import HEADER_ORDINAL, Cable, Chunk, Header, Paragraph
from index.sentences import Span, sentence_spans

CHUNKER_VERSION = 1
"""Raised whenever the same cable would be cut or prefaced differently."""

CONTEXT_CHARACTERS = 200
"""Longest header words put before a chunk: about 50 tokens of 256."""

BATCH_CHUNKS = 1024
"""Chunks embedded and committed together: what a crash may cost, in work to be done again."""

_SPECIAL_TOKENS = 2


def chunk_cables(cables: Iterable[Cable], encoder: Encoder, chunk_tokens: int = 0) -> Iterator[list[Chunk]]:
    """The chunks of each cable, in the order of the cables.

    Args:
        chunk_tokens: most tokens in a chunk, header words included; 0 takes what the encoder takes.
    """
    limit = min(chunk_tokens or encoder.max_tokens, encoder.max_tokens) - _SPECIAL_TOKENS
    for cable in cables:
        yield [chunk for paragraph in cable.citable() for chunk in _chunk(cable.header, paragraph, encoder, limit)]


def cut(cable: Cable, spans: Iterable[tuple[int, int, int]]) -> list[Chunk]:
    """The chunks of a cable as it was cut before.

    Args:
        spans: ordinal of the paragraph, start and end of each chunk, in their order.
    """
    paragraphs = {paragraph.ordinal: paragraph for paragraph in cable.citable()}
    chunks: list[Chunk] = []
    for ordinal, start, end in spans:
        part = chunks[-1].part + 1 if chunks and chunks[-1].ordinal == ordinal else 0
        paragraph = paragraphs[ordinal]
        text, context = paragraph.text[start:end], _context(cable.header, paragraph)
        chunks.append(Chunk(cable.cable_id, ordinal, part, text, context, start, end))
    return chunks


def fitting(text: str, context: str, encoder: Tokenizer) -> list[Span]:
    """The text in stretches, each of which the encoder takes whole with the context before it, and a line break."""
    return _stretches(text, context, encoder, encoder.max_tokens - _SPECIAL_TOKENS)


def context_of(subject: str | None, origin: str | None, sent: datetime | None) -> str:
    """What a reader of a lone paragraph would need: subject, origin, day.

    `KAZAKHSTAN TIP INTERIM ASSESSMENT REPORT FOR 2007. ASTANA, 20 November 2007.`
    """
    day = f"{sent.day} {sent:%B %Y}" if sent else ""
    where = ", ".join(part for part in (origin, day) if part)
    return " ".join(f"{part.rstrip('.')}." for part in ((subject or "")[:CONTEXT_CHARACTERS], where) if part)


def _context(header: Header, paragraph: Paragraph) -> str:
    # The header is its own context: its words would only be said twice.
    context = "" if paragraph.ordinal == HEADER_ORDINAL else context_of(header.subject, header.origin, header.sent)
    return f"{context} {paragraph.heading}." if paragraph.heading else context


def _chunk(header: Header, paragraph: Paragraph, encoder: Encoder, limit: int) -> Iterator[Chunk]:
    context = _context(header, paragraph)
    for part, (start, end) in enumerate(_stretches(paragraph.text, context, encoder, limit)):
        yield Chunk(header.cable_id, paragraph.ordinal, part, paragraph.text[start:end], context, start, end)


def _stretches(text: str, context: str, encoder: Tokenizer, limit: int) -> list[tuple[int, int]]:
    """Spans of the text, each within the limit together with the context; together they are the whole text."""
    # A token is never shorter than a character, so a short text fits uncounted.
    if len(text) + len(context) <= limit:
        return [(0, len(text))] if text else []
    taken, tokens = (len(spans) for spans in encoder.token_spans([context, text]))
    room = max(limit - taken, limit // 4)
    if tokens <= room:
        return [(0, len(text))]
    return _pack(text, encoder.token_spans([text])[0], room)


def _pack(text: str, tokens: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """Sentences packed into stretches of about even length, none above `room` tokens."""
    # Even stretches: a last one of three words would match everything and nothing.
    target = -(-len(tokens) // -(-len(tokens) // room))
    cuts = [start for start, _ in sentence_spans(text)[1:]] + [len(text)]
    starts = [start for start, _ in tokens]
    stretches: list[tuple[int, int]] = []
    begin, first, seen = 0, 0, 0
    for cut in cuts:
        upto = seen
        while upto < len(starts) and starts[upto] < cut:
            upto += 1
        if upto - first > room and seen > first:
            stretches.append((begin, starts[seen]))
            begin, first = starts[seen], seen
        while upto - first > room:  # one sentence longer than a chunk: cut between tokens
            stretches.append((begin, starts[first + room]))
            begin, first = starts[first + room], first + room
        if upto - first >= target and cut < len(text):
            stretches.append((begin, cut))
            begin, first = cut, upto
        seen = upto
    if begin < len(text):
        stretches.append((begin, len(text)))
    return stretches
