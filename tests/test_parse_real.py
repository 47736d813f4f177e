"""The parser on real telegrams: held against their attributes, and no word lost."""

import html
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from parsing import AAD, DATA, message, needs_aad

from index.gazetteer import match_key
from index.parse import parse
from index.parse.attributes import read_attributes
from index.parse.fields import read_subject
from index.parse.furniture import strip_furniture
from index.parse.lines import to_lines
from index.parse.references import Citing, read_references
from index.read import read_file
from index.records import Cable, Message

# ── real telegrams ───────────────────────────────────────────────────────────────────────────


def test_the_sample_cable_is_right_in_every_field() -> None:
    path = DATA / "astana" / "07ASTANA3162.txt"
    if not path.exists():
        pytest.skip(f"the sample cable is not at {path}")
    [raw] = read_file(path)
    assert isinstance(raw, Message)
    found = parse(raw).to_dict()
    paragraphs = found.pop("paragraphs")
    assert found.pop("sources") == [found.pop("source")]
    assert found.pop("footnotes") == []
    assert json.loads(json.dumps(found)) == {
        "cable_id": "07ASTANA3162", "origin": "ASTANA", "number": 3162, "year": 2007, "sent": "2007-11-20T11:58:00Z",
        "precedence": "IMMEDIATE", "from": "AMEMBASSY ASTANA",
        "to": [{"routing": "RUEHC", "name": "SECSTATE WASHDC", "precedence": "IMMEDIATE", "serial": 1220}],
        "info": [
            {"routing": "RUEHAST", "name": "USOFFICE ALMATY", "precedence": None, "serial": 2},
            {"routing": "RUCNCIS", "name": "CIS COLLECTIVE", "precedence": None, "serial": 307},
        ],
        "classification": "UNCLASSIFIED", "captions": ["SIPDIS"], "classified_by": None,
        "executive_order": {"order": "12958", "declassify_on": None}, "section": None, "sections": 1,
        "tags": ["KCRM", "PHUM", "SOCI", "KCOR", "PGOV", "KZ"],
        "subject": "KAZAKHSTAN TIP INTERIM ASSESSMENT REPORT FOR 2007",
        "references": [
            {
                "label": label, "text": text, "cable_id": cable_id, "kind": "cable", "year_inferred": False,
                "last_year": None,
            }
            for label, text, cable_id in (
                ("A", "SECSTATE 147242", "07STATE147242"), ("B", "ASTANA 1925", "07ASTANA1925"),
                ("C", "ASTANA 1267", "07ASTANA1267"), ("D", "ASTANA 2686", "07ASTANA2686"),
                ("E", "ASTANA 367", "07ASTANA367"), ("F", "ASTANA 1061", "07ASTANA1061"),
                ("G", "ASTANA 3082", "07ASTANA3082"),
            )
        ],
        "summary": None, "comment": None, "signer": "ORDWAY",
        "anomalies": [
            {"kind": "encoding", "detail": "1 line with residue of links repaired"},
            {"kind": "numbering", "detail": "paragraph number 2 is printed more than once"},
            {"kind": "numbering", "detail": "paragraph printed 14. read as 4"},
            {"kind": "numbering", "detail": "paragraph printed 15. read as 5"},
            {"kind": "other", "detail": "the sign ¶ in the text was dropped before A, D"},
        ],
    }  # fmt: skip
    assert [reference["cable_id"] for reference in found["references"]] == [
        "07STATE147242", "07ASTANA1925", "07ASTANA1267", "07ASTANA2686", "07ASTANA367", "07ASTANA1061", "07ASTANA3082",
    ]  # fmt: skip
    assert [(p["number"], p["label"], p["references"]) for p in paragraphs] == [
        (1, "1.", ("A",)), (2, "2.", ()), (2, "2.", ("B", "C", "D")), (3, "3.", ()), (4, "14.", ("E", "F")),
        (5, "15.", ("G",)),
    ]  # fmt: skip
    assert "in response to reftel A. All responses are keyed to reftel A." in paragraphs[0]["text"]
    assert "According to the Ministry of Information, the campaign" in paragraphs[3]["text"]
    assert paragraphs[5]["text"].endswith("(reftel G).")


def _telegrams() -> list[Message]:
    return [item for path in AAD for item in read_file(path) if isinstance(item, Message)]


# Where print and attributes differ and the print is right, as a person sees who looks at both.
ATTRIBUTES_ERR = {
    ("1974LAPAZ03501", "TAGS"): "printed TAGS: PFOR, EGEN, MFM; the attributes drop MFM",
    ("1974LAPAZ03612", "TAGS"): "printed TAGS: BEXP, BMEP, ENRG, EMIN, BL; the attributes drop BMEP",
    ("1974LAPAZ04167", "TAGS"): "printed TAGS: IAGS, TGEN, BL; the attributes drop IAGS",
    ("1974LAPAZ05767", "TAGS"): "printed JORGE GALINDO CUETO; the attributes turn the name round",
    (
        "1974LAPAZ04970",
        "references",
    ): "printed LA PAZ 4777; the attributes have RMS (CONARE), the end of the subject's line REFORMS",
    ("1979LAPAZ06049", "references"): "printed STATE 207984 310241Z AUG 77; the attributes have 79 STATE 207984",
}
WANTED = {"id": 0.98, "date": 0.98, "level": 0.98, "subject": 0.95, "references": 0.95, "TAGS": 0.97}


def _differences(raw: Message, *, ignore_attributes: bool) -> dict[str, bool]:
    """For each field that the attributes fill: whether what was read differs from what they say."""
    said = read_attributes(strip_furniture(to_lines(raw.text)[0]).attributes)
    header = parse(message(raw.text), ignore_attributes=ignore_attributes).header
    assert said is not None and said.cable_id is not None
    found = {
        "id": match_key(header.cable_id) != match_key(said.cable_id),
        "date": header.sent is None or header.sent.date() != said.day,
        "level": header.classification != said.classification,
        # Archivists added TAGS that the print has not: what is printed must be among theirs, and they not in the print.
        "TAGS": not set(header.tags) <= set(said.tags),
    }
    if said.subject:
        mine, theirs = (
            re.sub("[^A-Z0-9]", "", read_subject([text or ""]) or "") for text in (header.subject, said.subject)
        )
        found["subject"] = not mine or not (theirs.startswith(mine) or mine.startswith(theirs))
    if said.reference:
        citing = Citing((header.year or 0) % 100, header.origin, header.number)
        given = {each.cable_id for each in read_references([said.reference], citing)}
        found["references"] = given - {None} != {each.cable_id for each in header.references} - {None}
    return found


@needs_aad
@pytest.mark.parametrize(
    ("ignore_attributes", "wanted"), [(True, WANTED), (False, dict.fromkeys(WANTED, 0.995))], ids=["print", "both"]
)
def test_print_and_attributes_of_the_telegrams_agree(ignore_attributes: bool, wanted: dict[str, float]) -> None:
    asked: Counter[str] = Counter()
    differ: set[tuple[str, str]] = set()
    for path in AAD:
        [raw] = read_file(path)
        assert isinstance(raw, Message)
        found = _differences(raw, ignore_attributes=ignore_attributes)
        asked.update(found.keys())
        differ |= {(path.stem, name) for name, differs in found.items() if differs}
    counted = Counter(name for _, name in differ - ATTRIBUTES_ERR.keys())
    share = {name: 1 - counted[name] / asked[name] for name in asked}
    assert {name: value for name, value in share.items() if value < wanted[name]} == {}, differ


@needs_aad
def test_no_tag_that_the_attributes_have_too_is_missed_in_the_print() -> None:
    for path in AAD:
        [raw] = read_file(path)
        assert isinstance(raw, Message)
        said = read_attributes(strip_furniture(to_lines(raw.text)[0]).attributes)
        found = parse(raw, ignore_attributes=True)
        printed = re.search(r"TAGS?\W(.*(?:\n.{0,40}(?=\n))?)", raw.text.split("Message Attributes")[0])
        words = re.findall(r"[A-Z]+", printed[1].split("SUBJ")[0]) if printed else []
        assert said is not None
        missed = {tag for tag in said.tags if tag in words and len(tag) == 4} - set(found.header.tags)
        assert not missed, (path.stem, missed)


_SHEET = re.compile(
    r"^(?:Message Text|BT|#\d{4}|PAGE \d\d.*|N{3,4}|\d{1,3}(?:[/-]\d{1,3})?\s*|\s*-{6,}.*|(?:E )+E?|"
    r"<< END OF DOCUMENT >>|\s*(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE)\s*(?:POSS DUPE)?\s*)$",
    re.MULTILINE,
)


_MARKER = re.compile(r"\b[A-Z][A-Z .'-]{2,20}? {1,2}\d{8} {1,3}\d{3}(?:\.\d)? +OF +\d{3}\b")


def _letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[^A-Za-z0-9]", "", text))


# From the page that begins a later section to its classification line: the head again, which is said once.
_HEAD_AGAIN = re.compile(
    r"^PAGE 01[^\n]*\b(?!01)\d\d OF \d\d.*?^[^\n]*S[A-Z]{2,7}\.? *\d{0,2} *O[FN] *\d{1,2}[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
_OFFICES_AGAIN = re.compile(r"^(?:(?:ACTION|INFO) +| *)[A-Z]{1,4}-\d\d\b.*$", re.MULTILINE)


def _printed(raw: Message, found: Cable) -> Counter[str]:
    """The letters of a message without what belongs to the sheet; heads of later sections count once."""
    text = raw.text.split("Message Attributes")[0]
    if found.header.sections > 1 and found.header.section is None:
        first, *later = re.split(r"(?m)(?=^PAGE 01[^\n]* (?!01)\d\d OF \d\d)", text)
        heads = {" ".join(line.split()) for line in found.header.text.splitlines()}
        again = [_OFFICES_AGAIN.sub("", _HEAD_AGAIN.sub("", part)).splitlines() for part in later]
        # Captions and passing instructions stand under the classification line of each section.
        kept = [
            line for lines in again for at, line in enumerate(lines) if at > 14 or " ".join(line.split()) not in heads
        ]
        text, signer = "\n".join([first, *kept]), found.header.signer or ""
        if later and signer:
            text = re.sub(rf"(?m)^{re.escape(signer)}$", "", text) + signer
    return _letters(_SHEET.sub("", html.unescape(_MARKER.sub(" ", text))))


def _kept(found: Cable) -> Counter[str]:
    kept = [found.header.text, found.header.signer or ""]
    kept += [f"{p.label or ''}{p.mark or ''}{p.heading or ''}{p.text}" for p in found.paragraphs]
    return _letters("".join(kept))


@needs_aad
@pytest.mark.parametrize("path", AAD, ids=lambda path: path.stem)
def test_no_word_of_a_telegram_is_lost_or_made_up(path: Path) -> None:
    """Letter for letter, since words broken at line ends are mended; page furniture aside."""
    [raw] = read_file(path)
    assert isinstance(raw, Message)
    found = parse(raw)
    assert _printed(raw, found) == _kept(found)


SAMPLES = sorted((Path(__file__).resolve().parents[1] / "index" / "sample").glob("*.txt"))


@pytest.mark.parametrize("path", [*SAMPLES, DATA / "astana" / "07ASTANA3162.txt"], ids=lambda path: path.stem)
def test_no_word_of_a_body_is_lost_or_made_up(path: Path) -> None:
    """The body alone: from the first paragraph's place on, in both eras; the network's lines above it are no text."""
    if not path.exists():
        pytest.skip(f"the cable is not at {path}")
    [raw] = read_file(path)
    assert isinstance(raw, Message)
    found = parse(raw)
    if len(re.findall(r"SECTION 0?\d OF", raw.text)) > 1:
        assert _kept(found) - _letters(html.unescape(raw.text)) == Counter()
        return
    body = raw.text[found.paragraphs[0].start :].split("Message Attributes")[0]
    body = _MARKER.sub(" ", "".join(line for line, _, _ in to_lines(body)[0] for line in (f"{line}\n",)))
    texts = [f"{p.label or ''}{p.mark or ''}{p.text}" for p in found.paragraphs]
    heads = [p.heading or "" for p in found.paragraphs[1:]]
    assert _letters(_SHEET.sub("", body)) == _letters("".join([*texts, *heads, found.header.signer or ""]))


@needs_aad
def test_paragraphs_of_the_telegrams_stand_in_order_in_their_text() -> None:
    for raw in _telegrams():
        last = 0
        for paragraph in parse(raw).paragraphs:
            assert last <= paragraph.start < paragraph.end <= len(raw.text), raw.source.path
            printed = raw.text[paragraph.start : paragraph.end]
            assert printed.lstrip("¶ ").startswith((paragraph.label or paragraph.text[:10]).split("\n")[0][:10])
            last = paragraph.end


@needs_aad
@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("1979LAPAZ01684", [1, 2, 3, 4, 5, 6]),
        ("1978LAPAZ06107", [1, 2, 3, 5, 6, 7, 9]),
        ("1979LAPAZ02347", list(range(1, 15))),
        ("1979STATE331361", [1, 2, 3]),
        ("1974LAPAZ03128", [None, *range(1, 17)]),
        ("1979LAPAZ10472", list(range(1, 19))),
    ],
)
def test_numbers_of_difficult_telegrams(name: str, numbers: list[int | None]) -> None:
    [raw] = read_file(DATA / "aad" / f"{name}.txt")
    assert isinstance(raw, Message)
    assert [paragraph.number for paragraph in parse(raw).paragraphs] == numbers
