"""What the page shows beside answers: meanings, original lines, bars, views and their addresses, threads, files."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from test_render import HOSTILE, answer, cable, parsed

from index.catalog import CableSummary, Counts, Selection
from index.records import Addressee, Cable, Header, Paragraph, Source
from qa.records import Citation, Filters, Statement
from ui.browse import Browse
from ui.place import ask_link
from ui.render import bars
from ui.render.answers import question
from ui.render.browse import chosen, facets, name_of, pages
from ui.render.explained import explained, tags
from ui.render.export import to_bibtex, to_ris
from ui.render.original import repairs, side_by_side
from ui.render.safe import clean, looks
from ui.render.threads import drawing
from ui.render.word import to_docx
from ui.threads import Thread


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("The DCM met the GOB and the EU.", ["DCM", "GOB", "EU"]),
        ("DCM MET GOB OFFICIALS WHO TOOK THE ICE", ["DCM", "GOB"]),  # WHO and ICE may be plain words here
        ("The WHO sent help.", ["WHO"]),
        ("A C cable on IT matters", []),
        ("subDCM and DCMs", []),
        ("Charge left.", []),
    ],
)
def test_acronyms_are_explained_where_they_stand_for_themselves(text: str, known: list[str]) -> None:
    html = explained(text)
    assert re.findall(r'<abbr title="[^"]+">([^<]+)</abbr>', html) == known
    assert parsed(html).text == text


def test_tags_are_explained_where_the_list_has_them() -> None:
    assert tags(["KZ", "XXXX"]) == '<abbr title="Kazakhstan">KZ</abbr>, XXXX'


@pytest.mark.parametrize(
    ("original", "text", "gone", "new"),
    [
        ("ONE  TWO\nTHREE", "ONE TWO THREE", [], []),
        ("ONE\nPAGE 02 LA PAZ\nTWO", "ONE TWO", ["PAGE 02 LA PAZ"], []),
        ("MINIS-\nTER", "MINISTER", ["MINIS-\nTER"], ["MINISTER"]),
        ("", "NEW", [], ["NEW"]),
        ("OLD", "", ["OLD"], []),
    ],
)
def test_repairs_are_found_whatever_the_white_space(original: str, text: str, gone: list[str], new: list[str]) -> None:
    left, right = repairs(original, text)
    assert [original[a:b] for a, b in left] == gone
    assert [text[a:b] for a, b in right] == new


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Plain words.", ""),
        ("ALL CAPITALS", " rt-capitals"),
        ("x" * 1000, " rt-endless"),
        ("X" * 1000, " rt-capitals rt-endless"),
        ("x " * 1000, ""),
    ],
)
def test_how_a_text_is_set(text: str, classes: str) -> None:
    assert looks(text) == classes


def test_a_long_paragraph_is_not_compared() -> None:
    assert repairs("a " * 5000, "b " * 5000) == ([], [])


def test_original_lines_stand_beside_the_reading_with_repairs_marked() -> None:
    source = "HEAD\n1. (C) THE MINIS-\nTER SPOKE.\nPAGE 02\nTWICE.\n"
    made = Cable(
        cable("x").header,
        (Paragraph(1, "THE MINISTER SPOKE. TWICE.", 1, "1.", "C", start=5, end=len(source)),),
        Source("a", "text", "0"),
    )
    html = side_by_side(made, source)
    assert "<del>MINIS-\nTER</del>" in html and "<del>PAGE 02</del>" in html and "<ins>MINISTER</ins>" in html
    assert "<del>1" not in html and "HEAD" not in html


@pytest.mark.parametrize(
    ("address", "selection"),
    [
        ("", Selection()),
        ("posts=LAPAZ&posts=LIMA&tags=PGOV", Selection(posts=("LAPAZ", "LIMA"), tags=("PGOV",))),
        ("since=1974-01-01&until=1974-03-31", Selection(since=date(1974, 1, 1), until=date(1974, 3, 31))),
        ("refers=no&captions=NODIS", Selection(refers=False, captions=("NODIS",))),
        ("since=1974-99-99&until=yesterday&refers=maybe&page=-3&order=worst&all=secrets", Selection()),
    ],
)
def test_an_address_names_a_view_and_a_view_its_address(address: str, selection: Selection) -> None:
    view = Browse.from_link(parse_qs(address))
    assert (view.chosen, view.page, view.order, view.all_of) == (selection, 1, None, "")
    assert Browse.from_link(parse_qs(view.link().partition("?")[2])) == view


@pytest.mark.parametrize(
    ("step", "address"),
    [
        (lambda view: view.toggled("posts", "LIMA"), "cables?words=grain&posts=LAPAZ&posts=LIMA"),
        (lambda view: view.toggled("posts", "LAPAZ"), "cables?words=grain"),
        (lambda view: view.within("1974"), "cables?words=grain&since=1974-01-01&until=1974-12-31&posts=LAPAZ"),
        (lambda view: view.within("1976-02"), "cables?words=grain&since=1976-02-01&until=1976-02-29&posts=LAPAZ"),
        (lambda view: view.within("1974").within(""), "cables?words=grain&posts=LAPAZ"),
        (lambda view: view.on_page(3), "cables?words=grain&posts=LAPAZ&page=3"),
        (lambda view: view.on_page(3).ordered("oldest"), "cables?words=grain&posts=LAPAZ&order=oldest"),
        (lambda view: view.on_page(3).searching("wheat & rye"), "cables?words=wheat+%26+rye&posts=LAPAZ"),
        (lambda view: view.referring(True), "cables?words=grain&posts=LAPAZ&refers=yes"),
        (lambda view: view.showing_all("tags"), "cables?words=grain&posts=LAPAZ&all=tags"),
        (lambda view: view.searching("").toggled("posts", "LAPAZ"), "cables"),
    ],
)
def test_steps_of_browsing(step: Any, address: str) -> None:
    assert step(Browse(Selection(posts=("LAPAZ",)), words="grain")).link() == address


@pytest.mark.parametrize(
    ("words", "order", "sorted_by"),
    [("", None, "newest"), ("grain", None, "best"), ("grain", "oldest", "oldest"), ("", "best", "newest")],
)
def test_the_order_in_force(words: str, order: Any, sorted_by: str) -> None:
    assert Browse(words=words, order=order).sorted_by == sorted_by


@pytest.mark.parametrize(
    ("facet", "value", "name"),
    [
        ("posts", "LAPAZ", "La Paz"),
        ("posts", "NOWHERE", "NOWHERE"),
        ("tags", "PGOV", "PGOV · Internal Governmental Affairs"),
        ("tags", "XXXX", "XXXX"),
        ("classifications", "LIMITED OFFICIAL USE", "Limited official use"),
        ("captions", "NODIS", "NODIS"),
    ],
)
def test_values_are_called_by_what_they_mean(facet: str, value: str, name: str) -> None:
    assert name_of(facet, value) == name


def test_facets_show_the_few_most_frequent_and_every_chosen_one() -> None:
    counts = Counts(30, posts={f"P{n}": 30 - n for n in range(20)})
    view = Browse(Selection(posts=("P15", "P19")))
    shown = parsed(facets(view, counts))
    places = [each["title"] for tag, each in shown.seen if tag == "a" and "title" in each]
    assert places[:4] == ["P15", "P19", "P0", "P1"]
    assert "all 20" in shown.text
    assert parsed(chosen(view)).text == "P15 ×P19 ×"
    assert parsed(facets(view.showing_all("posts"), counts)).text.count("P") > 20


@pytest.mark.parametrize(
    ("page", "cables", "said"),
    [
        (1, 25, ""),
        (1, 26, "First Previous Next> Last> Page 1 of 2"),
        (2, 70, "First> Previous> Next> Last> Page 2 of 3"),
        (3, 70, "First> Previous> Next Last Page 3 of 3"),
    ],
)
def test_pages(page: int, cables: int, said: str) -> None:
    html = pages(Browse(page=page), Counts(cables)).replace("</a>", "> ").replace("</span>", " ")
    assert " ".join(parsed(html).text.split()) == said


def test_a_histogram_links_its_bars_and_says_their_numbers() -> None:
    shown = parsed(bars.columns({"1974": 4, "1975": 0, "1976": 1}, "Cables by year", lambda year: f"?since={year}"))
    assert [(each["href"], each["aria-label"]) for tag, each in shown.seen if tag == "a"] == [
        ("?since=1974", "1974: 4"), ("?since=1976", "1976: 1"),
    ]  # fmt: skip
    assert [each["style"] for tag, each in shown.seen if tag == "i"] == ["height:100.0%", "height:25.0%"]
    assert bars.columns({}, "nothing") == ""


def test_a_filter_is_taken_off_by_its_chip() -> None:
    filters = Filters(since=date(1974, 1, 2), posts=("LAPAZ", "LIMA"))
    shown = parsed(question("Who?", filters))
    assert [each["href"] for tag, each in shown.seen if tag == "a"] == [
        ask_link("Who?", Filters(posts=("LAPAZ", "LIMA"))),
        ask_link("Who?", Filters(since=date(1974, 1, 2), posts=("LIMA",))),
        ask_link("Who?", Filters(since=date(1974, 1, 2), posts=("LAPAZ",))),
    ]
    assert next(each.get("aria-label") for tag, each in shown.seen if tag == "a") == "Ask without from 2 January 1974"


# ── threads ──────────────────────────────────────────────────────────────────────────────────

HEAD = CableSummary("74LAPAZ604", "LAPAZ", "1974-01-29T00:00:00Z", 'THE "MINISTER" \\N SPOKE', None)
THREAD = Thread("74LAPAZ604", ("74LAPAZ604", "74STATE9"), (("74LAPAZ604", "74STATE9"),), {"74LAPAZ604": HEAD})


def test_a_thread_is_drawn_with_time_to_the_right_and_what_is_absent_dashed() -> None:
    dot = drawing(THREAD, "light")
    assert '"74STATE9" -> "74LAPAZ604";' in dot and "dir=back" in dot
    assert '"74STATE9" [label="74STATE9\\nnot in this archive", style="rounded,dashed"' in dot
    assert 'URL="?cable=74LAPAZ604"' in dot and '\\"MINISTER\\" \\\\N SPOKE' in dot


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_ids_and_subjects_stay_within_their_quotes(text: str) -> None:
    head = CableSummary(text, text, None, text, None)
    dot = drawing(Thread(text, (text,), ((text, text),), {text: head}), "dark")
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', dot)
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', drawing(Thread("x", ("x",), (("x", "x"),), {"x": head}), "dark"))
    assert outside == plain


# ── files to take away ───────────────────────────────────────────────────────────────────────

LAPAZ = Header(
    "74LAPAZ604", "LAPAZ", 604, 1974, datetime(1974, 1, 29, tzinfo=UTC), from_="AMEMBASSY LA PAZ",
    to=(Addressee("SECSTATE WASHDC"),), classification="CONFIDENTIAL", subject="50% OF {TIN} & $ AT_LARGE",
)  # fmt: skip
CITED = Citation(1, "74LAPAZ604", 2, 2, "¶2", "TIN FELL", 0, 8)
ANSWER = answer(
    statements=(
        Statement("Tin fell.", (CITED, Citation(1, "74LAPAZ604", 5, 5, "¶5", "AGAIN", 0, 5)), "partly"),
        Statement("It fell again.", (CITED, Citation(2, "75LIMA1", 1, 1, "¶1", "X", 0, 1)), "supported"),
    )
)
HEADERS = {"74LAPAZ604": LAPAZ}


def test_bibtex_has_an_entry_for_every_cable_cited() -> None:
    assert to_bibtex(ANSWER, HEADERS) == (
        "@misc{74LAPAZ604,\n  title = {{50\\% OF \\{TIN\\} \\& \\$ AT\\_LARGE}},\n  note = {Confidential; 74LAPAZ604; "
        "cited at ¶2, ¶5},\n  author = {{Embassy La Paz}},\n  howpublished = {Telegram 604 to the Department of "
        "State},\n  year = {1974},\n  month = jan,\n  day = {29},\n}\n\n"
        "@misc{75LIMA1,\n  title = {{75LIMA1}},\n  note = {cited at ¶1},\n}\n"
    )


def test_ris_has_a_record_for_every_cable_cited() -> None:
    assert to_ris(ANSWER, HEADERS).split("\r\n") == [
        "TY  - GOVDOC", "ID  - 74LAPAZ604", "TI  - 50% OF {TIN} & $ AT_LARGE", "AU  - Embassy La Paz", "PY  - 1974",
        "DA  - 1974/01/29/", "M1  - 604", "M3  - Telegram", "C1  - Confidential",
        "N2  - Telegram 604 to the Department of State", "N1  - cited at ¶2, ¶5", "ER  - ", "",
        "TY  - GOVDOC", "ID  - 75LIMA1", "N1  - cited at ¶1", "ER  - ", "", "",
    ]  # fmt: skip


def footnotes(document: bytes) -> dict[str, str]:
    """The text of each footnote by its number, as a word processor finds it: by the relation of the main part."""
    part = next(
        rel.target_part for rel in Document(io.BytesIO(document)).part.rels.values() if "footnotes" in rel.reltype
    )
    notes = etree.fromstring(part.blob).iterfind("{*}footnote")
    found = {str(each.get(qn("w:id"))): "".join(each.itertext()) for each in notes}
    return {number: text for number, text in found.items() if int(number) > 0}


def test_word_has_the_statements_with_real_footnotes() -> None:
    written = to_docx(ANSWER, HEADERS)
    document = Document(io.BytesIO(written))
    assert [each.text for each in document.paragraphs] == [
        "How many officers?",
        "Tin fell. (partly supported) It fell again. ",
    ]
    references = document.element.body.iter("{*}footnoteReference")
    assert [each.get(qn("w:id")) for each in references] == ["1", "2", "3", "4"]
    lapaz = (
        " Embassy La Paz telegram 604 to the Department of State, 29 January 1974, {}, Confidential. (74LAPAZ604) {}"
    )
    assert footnotes(written) == {
        "1": lapaz.format("¶2", "“TIN FELL”"),
        "2": lapaz.format("¶5", "“AGAIN”"),
        "3": lapaz.format("¶2", "“TIN FELL”"),
        "4": " 75LIMA1 ¶1. “X”",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_file(text: str) -> None:
    header = Header(text, text, 1, 1974, from_=text, to=(Addressee(text),), subject=text)
    hostile = answer(text, quote=text)
    headers = {"07ASTANA3162": header}
    written = to_docx(hostile, headers)
    body = Document(io.BytesIO(written))
    assert " ".join(clean(text).split()) in " ".join(each.text for each in body.paragraphs)
    assert " ".join(clean(text).split()) in footnotes(written)["1"]
    assert all("evil" not in str(rel.target_ref) for rel in body.part.rels.values())
    entry = to_bibtex(hostile, headers)
    plain = re.sub(r"\\(?:[{}$&#%_]|text[a-z]+\{\})", "", entry)
    assert plain.count("{") == plain.count("}") and not re.search(r"[$#&%]", plain)
    records = to_ris(hostile, headers).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in records) and records.count("ER  - ") == 1
