"""No word of a FRUS document is lost or made up: the published XML and JSON Lines, letter for letter."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
from parsing import DATA, message

from index.parse import parse
from index.read import read_file
from index.records import Cable, Message

VOLUMES = sorted((DATA / "frus" / "tei").glob("*.xml"))
TELEGRAMS = DATA / "frus" / "frus_telegrams.jsonl.gz"
EVERY = 10
TEI = "{http://www.tei-c.org/ns/1.0}"
# What is no text of the document: its title and dateline are the header's, notes are the editors', pages the book's.
NOT_TEXT = {"note", "dateline", "pb", "figDesc"}


def _letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\W_]", "", text))


def _kept(found: Cable) -> Counter[str]:
    """Letters of paragraphs, headings and signature."""
    pieces = [f"{p.label or ''}{p.mark or ''}{p.heading or ''}{p.text}" for p in found.paragraphs]
    return _letters("".join([*pieces, found.header.signer or ""]))


def _is_document(element: ElementTree.Element) -> bool:
    return element.tag == f"{TEI}div" and element.get("type") == "document"


def _texts(element: ElementTree.Element) -> Iterator[str]:
    """The text of a document by the XML alone, without the documents in it."""
    yield element.text or ""
    for child in element:
        if child.tag.removeprefix(TEI) not in NOT_TEXT and not _is_document(child):
            yield from _texts(child)
        yield child.tail or ""


def _printed(document: ElementTree.Element) -> Counter[str]:
    head = document.find(f"{TEI}head")
    title = "".join(_texts(head)) if head is not None else ""
    return _letters("".join(_texts(document))) - _letters(title)


@pytest.mark.skipif(not VOLUMES, reason=f"the volumes of FRUS are not at {DATA / 'frus' / 'tei'}")
@pytest.mark.parametrize("path", VOLUMES, ids=lambda path: path.stem)
def test_no_word_of_a_published_document_is_lost_or_made_up(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    printed = {each.get("{http://www.w3.org/XML/1998/namespace}id"): each for each in root.iter() if _is_document(each)}
    read = [parse(raw) for raw in read_file(path) if isinstance(raw, Message)]
    assert {found.cable_id.split("/")[1] for found in read} == printed.keys()
    differ = {}
    for found in read:
        theirs, mine = _printed(printed[found.cable_id.split("/")[1]]), _kept(found)
        if theirs != mine:
            differ[found.cable_id] = ("".join((theirs - mine).elements()), "".join((mine - theirs).elements()))
    assert differ == {}


@pytest.mark.skipif(not TELEGRAMS.exists(), reason=f"the telegrams of FRUS are not at {TELEGRAMS}")
def test_no_word_of_a_telegram_in_json_is_lost_or_made_up() -> None:
    differ = {}
    with gzip.open(TELEGRAMS, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, EVERY):
            fields = json.loads(line)
            if not fields["paragraphs"]:
                # Withheld whole: there is a title and a note of the editors.
                continue
            theirs, mine = (
                _letters("".join(item["text"] for item in fields["paragraphs"])),
                _kept(parse(message("", **fields))),
            )
            if theirs != mine:
                differ[fields["id"]] = ("".join((theirs - mine).elements()), "".join((mine - theirs).elements()))
    assert differ == {}
