"""Gold questions held against the catalog: every cited place is there, and every quote stands in it."""

from collections.abc import Iterable, Iterator

from index.catalog import Catalog
from index.records import HEADER_ORDINAL, Cable, Paragraph
from qa.evaluation.questions import WHOLE, GoldQuestion, Place


def check_questions(questions: Iterable[GoldQuestion], catalog: Catalog) -> list[str]:
    """Every problem of every question, each with the line it stands in; empty where all is well."""
    return [
        f"line {gold.line} ({gold.question_id}): {problem}"
        for gold in questions
        for problem in _problems(gold, catalog)
    ]


def cited_paragraphs(cable: Cable, paragraph: str) -> list[Paragraph]:
    """What a gold citation points at: all paragraphs printed with that number, the header, or the whole cable.

    Where a cable prints no numbers, the number counts its paragraphs from 1.
    """
    if paragraph == WHOLE:
        return list(cable.citable())
    if paragraph == "header":
        return [cable.header_paragraph()]
    numbered = any(each.number is not None for each in cable.paragraphs)
    return [each for each in cable.paragraphs if name_of(each.number, each.ordinal, numbered=numbered) == paragraph]


def name_of(number: int | None, ordinal: int, *, numbered: bool) -> str:
    """How a gold citation names a paragraph; `numbered` says whether its cable prints numbers at all."""
    if ordinal == HEADER_ORDINAL:
        return "header"
    if number is None and numbered:
        return f"unnumbered {ordinal}"
    return str(ordinal if number is None else number)


def _problems(gold: GoldQuestion, catalog: Catalog) -> Iterator[str]:
    cited = [_find(place, catalog) for place in sorted(gold.citations)]
    yield from (each for each in cited if isinstance(each, str))
    places = [each for each in cited if not isinstance(each, str)]
    for piece in gold.quotes:
        if not any(_holds(cable, paragraphs, _pressed(piece)) for cable, paragraphs in places):
            yield f"the quote {_shortened(piece)!r} stands in no cited paragraph"
    rejected = [_find(place, catalog) for place in sorted(gold.rejected_citations)]
    yield from (each for each in rejected if isinstance(each, str))


def _holds(cable: Cable, cited: list[Paragraph], piece: str) -> bool:
    """Whether one of the paragraphs, with the number printed before it, holds the words.

    A quote of the header may run on into the first paragraph, and one of the signature may begin
    in the last; it must not stand in that paragraph alone.
    """
    if any(piece in _printed(each) for each in cited):
        return True
    if not cable.paragraphs or all(each.ordinal != HEADER_ORDINAL for each in cited):
        return False
    first, last = _printed(cable.paragraphs[0]), _printed(cable.paragraphs[-1])
    return (piece in _pressed(cable.header.text) + first and piece not in first) or (
        piece in last + _pressed(cable.header.signer or "") and piece not in last
    )


def _printed(paragraph: Paragraph) -> str:
    number = paragraph.label or (str(paragraph.number) if paragraph.number is not None else "")
    return _pressed(f"{number} {paragraph.text}")


def _find(place: Place, catalog: Catalog) -> tuple[Cable, list[Paragraph]] | str:
    cable_id, paragraph = place
    cable = catalog.get(catalog.resolve(cable_id) or cable_id)
    if cable is None:
        return f"{cable_id} is not in the archive"
    found = cited_paragraphs(cable, paragraph)
    return (cable, found) if found else f"{cable_id} has no paragraph {paragraph}"


def _pressed(text: str) -> str:
    """Letters and digits only: a quote is folded over line breaks, which may stand within a word or after a hyphen."""
    return "".join(filter(str.isalnum, text.upper()))


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
