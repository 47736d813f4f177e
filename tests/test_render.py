"""Answers and cables as Markdown, terminal text and HTML: what is shown, and that nothing shown can act."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from index.catalog import CableSummary, Counts, Listed, Selection
from index.records import Addressee, Anomaly, Cable, Footnote, Header, Paragraph, Problem, Reference, Source
from qa.records import Answer, Citation, Clue, Filters, Passage, Query, Statement
from ui.browse import Browse
from ui.place import Place, ask_link, link, ordinal_asked
from ui.render import bars, browse, footnote, sources, threads, to_markdown, to_terminal
from ui.render.answers import answer as answer_html
from ui.render.answers import back, draft, earlier, follow_ups, hall, note, passages, question, tools, who
from ui.render.cables import absent, neighbours, page, paragraph, references, segments, source, views
from ui.render.explained import explained
from ui.render.explained import tags as explain_tags
from ui.render.original import side_by_side
from ui.render.safe import clean, escape_markdown
from ui.render.text import station_name
from ui.render.trace import trace
from ui.threads import Thread

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://evil.example/x.png" onerror="alert(1)">',
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "$x^2$ and $$y$$",
    "![seen](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<https://evil.example>",
    "http://evil.example/ www.evil.example someone@evil.example",
    ":material/home: :red[stop] :smile:",
    "safe \u202egpj.exe\u202c \u2066x\u2069",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "[bold red]not markup[/bold red] [link=http://evil.example]x[/link]",
    "# heading\n- item\n1. item\n> quote\n```code```\n| a | b |",
    "a\x00b\x7fc\x9bd\ud800e\ufeff",
    "&lt;b&gt; &#60;i&#62;",
]


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(ordinal, text, number=ordinal) for ordinal, text in enumerate(texts, start=1))


def cable(*texts: str, subject: str | None = "THIRD CIVIC FORUM", **header: object) -> Cable:
    made = Header(
        "07ASTANA3162",
        "ASTANA",
        3162,
        2007,
        sent=datetime(2007, 11, 20, 11, 58, tzinfo=UTC),
        from_="AMEMBASSY ASTANA",
        to=(Addressee("SECSTATE WASHDC"),),
        subject=subject,
        **header,  # type: ignore[arg-type]
    )
    return Cable(made, paragraphs(*texts), Source("a.txt", "text", "0"))


def answer(text: str = "97 officers were trained.", quote: str = "97 MVD officers", **changes: object) -> Answer:
    citation = Citation(1, "07ASTANA3162", 4, 4, "¶4", quote, 0, len(quote))
    values: dict[str, object] = {
        "query": Query("How many officers?"),
        "outcome": "answered",
        "statements": (Statement(text, (citation,), "supported"),),
        "passages": (),
        "model": "none",
        "seconds": {},
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    return tags


def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tags of the HTML with the names of their attributes: what hostile text must not change."""
    return [(tag, tuple(attributes)) for tag, attributes in parsed(html).seen]


def everywhere(text: str) -> list[str]:
    """HTML of every kind, with the text in every place that a cable, a model or a reader fills."""
    hostile = cable(
        text,
        subject=text,
        signer=text,
        tags=(text,),
        captions=(text,),
        references=(Reference("A", text, text), Reference("B", text, None)),
    )
    noted = replace(
        hostile,
        anomalies=(Anomaly("other", text),),
        footnotes=(Footnote(text, text, 1), Footnote(None, text, 0)),
        sources=(hostile.source, Source(text, text, text)),
    )
    passage = Passage(1, 1.0, text, 1, 1, text, None, text, text, text, text)
    summary = CableSummary(text, text, None, text, text)
    place = Place(hostile.cable_id, 1, 0, 5)
    said = Statement(text, (Citation(1, text, 1, 1, text, text, 0, 5),), "partly")
    asked = Query(text, understood=(Clue("post", text, text, Filters()),))
    whole = answer(query=asked, statements=(said,), passages=(passage,), draft=text, model=text, seconds={"total": 1.0})
    view = Browse(Selection(posts=(text,), tags=(text,), captions=(text,), countries=(text,)), words=text)
    counts = Counts(2, {"1974": 1}, {text: 2}, {text: 2}, {text: 2}, {text: 2}, {text: 2}, {True: 2})
    thread = Thread(text, (text, "absent"), ((text, "absent"),), {text: summary})
    problem, folder = Problem(text, text), {f"/in/{text.replace('/', '')}": 1}
    return [
        answer_html(answer(statements=(said,), notice=text.replace("`", ""), model=text), place),
        draft(text),
        note(text.replace("`", "")),
        question(text, Filters(posts=(text,), since=date(1974, 1, 1)), asked.understood),
        earlier(text, whole, place),
        follow_ups([text], Filters(tags=(text,))),
        tools(text, ask_link(text)),
        who(text),
        absent(text, (summary,)) + absent(text, ()),
        answer_html(answer(statements=(said,), withheld=(said,)), place),
        browse.most(view, counts) + browse.referred([Listed(summary, (), (), 3)]),
        back({text: "./?talk=a"}),
        hall(text, text),
        trace(whole),
        browse.facets(view, counts) + browse.chosen(view) + browse.head(view, counts) + browse.pages(view, counts),
        browse.listed([Listed(summary, (text,), (text,), 3)]) + browse.histogram(view, counts),
        bars.columns({"1974": 1, "1975": 0}, text, lambda _: "cables?since=1974-01-01")
        + bars.rows({text: 1}, text, {text: text}),
        threads.head(thread) + threads.timeline(thread),
        sources.left_out([problem]) + sources.folders(folder),
        side_by_side(hostile, text),
        page(noted, place),
        views(hostile, is_original=True) + neighbours(summary, summary),
        explained(text) + explain_tags([text]),
        passages([passage], place),
        source(hostile, place),
        page(hostile, place),
        references(hostile, {text: summary}, (summary,), {"x": (summary,)}),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_tag_of_the_html(text: str) -> None:
    harmless = ["\n".join("word" for _ in text.split("\n"))] * 2
    for hostile, plain in zip(everywhere(text), everywhere(harmless[0]), strict=True):
        assert shape(hostile) == shape(plain)


@pytest.mark.parametrize("text", HOSTILE)
def test_links_lead_nowhere_but_to_this_page(text: str) -> None:
    links = [attributes["href"] for html in everywhere(text) for tag, attributes in parsed(html).seen if tag == "a"]
    assert links
    assert all(re.fullmatch(r"(cables|\./)?\?[a-z]+=[\w.%+/~-]+(&[a-z]+=[\w.%+/~-]+)*", each or "") for each in links)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_the_text_itself(text: str) -> None:
    shown = parsed(page(cable(text), Place("07ASTANA3162"))).text
    assert clean(text) in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_shown_controls_the_terminal_or_the_direction(text: str) -> None:
    shown = [*everywhere(text), to_terminal(answer(text, quote=text)).plain, to_markdown(answer(text, quote=text))]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "".join(shown)
    )


@pytest.mark.parametrize(
    "text, escaped",
    [
        ("$x$", r"\$x\$"),
        ("![a](http://b)", r"\!\[a\](http\://b)"),
        ("<b>bold</b>", r"\<b\>bold\</b\>"),
        ("*a* _b_ `c` ~d~ |e|", r"\*a\* \_b\_ \`c\` \~d\~ \|e\|"),
        ("1. item\n- item\n# head", r"1\. item \- item \# head"),
        (":red[x] me@here www.x", r"\:red\[x\] me\@here www\.x"),
        ("In 2007, 97 officers (MVD) were trained at 10:30.", r"In 2007, 97 officers (MVD) were trained at 10\:30."),
        (r"back\slash & more", r"back\\slash \& more"),
    ],
)
def test_markdown_is_escaped(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


def test_markdown_has_a_footnote_for_every_citation() -> None:
    header = cable("x").header
    assert to_markdown(answer(), {"07ASTANA3162": header}) == (
        "**How many officers?**\n\n"
        "97 officers were trained.[^1]\n\n"
        "[^1]: Embassy Astana telegram 3162 to the Department of State, 20 November 2007, ¶4. (07ASTANA3162) "
        "“97 MVD officers”\n"
    )


def test_terminal_text_marks_what_is_not_supported() -> None:
    said = answer().statements[0]
    shown = to_terminal(answer(statements=(Statement(said.text, said.citations, "partly"),))).plain
    assert shown == (
        "97 officers were trained. [07ASTANA3162 ¶4] (partly supported)\n\n"
        "07ASTANA3162 ¶4  07ASTANA3162 ¶4.\n  “97 MVD officers”\n"
    )


@pytest.mark.parametrize(
    "outcome, notice, said",
    [
        ("not_found", None, "The cables were searched and do not say."),
        ("no_match", None, "No cable passes these filters."),
        ("missing_reference", "07STATE1 is not here.", "07STATE1 is not here."),
    ],
)
def test_declining_is_said_in_words(outcome: str, notice: str | None, said: str) -> None:
    declined = answer(outcome=outcome, notice=notice, statements=())
    assert to_terminal(declined).plain == said
    assert said in parsed(answer_html(declined, None)).text
    assert escape_markdown(said) in to_markdown(declined)


@pytest.mark.parametrize(
    "header, said",
    [
        (
            cable("x", classification="CONFIDENTIAL").header,
            "Embassy Astana telegram 3162 to the Department of State, 20 November 2007, ¶4, Confidential.",
        ),
        (
            Header(
                "79LAPAZ3227",
                "LAPAZ",
                3227,
                1979,
                to=(Addressee("AMEMBASSY SANTIAGO"), Addressee("USINT X")),
                classification="LIMITED OFFICIAL USE",
            ),
            "LAPAZ telegram 3227 to Embassy Santiago and others, 1979, ¶4, Limited Official Use.",
        ),
        (
            Header("74STATE9", "STATE", 9, 1974, datetime(1974, 1, 2, tzinfo=UTC), from_="SECSTATE WASHDC"),
            "Department of State telegram 9, 2 January 1974, ¶4.",
        ),
        (Header("frus1969/d12", "BONN", None, None), "BONN cable frus1969/d12, ¶4."),
        (None, "07ASTANA3162 ¶4."),
    ],
)
def test_footnote_says_what_the_header_tells(header: Header | None, said: str) -> None:
    assert footnote(answer().statements[0].citations[0], header) == said


@pytest.mark.parametrize(
    "printed, name",
    [
        ("AMEMBASSY LA PAZ", "Embassy La Paz"),
        ("AMCONSUL RIO DE JANEIRO", "Consulate Rio de Janeiro"),
        ("SECSTATE WASHDC", "Department of State"),
        ("USMISSION USNATO", "Mission USNATO"),
        ("Embassy in Germany", "Embassy in Germany"),
    ],
)
def test_stations_in_ordinary_letters(printed: str, name: str) -> None:
    assert station_name(printed) == name


@pytest.mark.parametrize(
    "spans, pieces",
    [
        ([], [("0123456789", False)]),
        ([(2, 4)], [("01", False), ("23", True), ("456789", False)]),
        ([(0, 10)], [("0123456789", True)]),
        ([(2, 5), (4, 7)], [("01", False), ("23456", True), ("789", False)]),
        ([(6, 99), (-3, 1)], [("0", True), ("12345", False), ("6789", True)]),
        ([(5, 5), (9, 3), (40, 50)], [("0123456789", False)]),
    ],
)
def test_segments(spans: list[tuple[int, int]], pieces: list[tuple[str, bool]]) -> None:
    assert segments("0123456789", spans) == pieces


def test_the_words_meant_are_lit_up_where_they_stand() -> None:
    made = cable("one <two> three")
    assert "one <mark>&lt;two&gt;</mark> three" in paragraph(made, made.paragraphs[0], [(4, 9)], here=True)


def test_statements_differ_by_more_than_colour() -> None:
    shown = [
        answer_html(answer(statements=(Statement("It is so.", (), support),)), None)
        for support in ("supported", "partly", "unsupported")  # type: ignore[arg-type]
    ]
    assert [parsed(each).text for each in shown] == [
        "It is so.Quoted word for word, without a chat model",
        "It is so. ◐ partly supportedQuoted word for word, without a chat model · 1 of 1 sentences not fully supported",
        "It is so. ○ not supported by its source"
        "Quoted word for word, without a chat model · 1 of 1 sentences not fully supported",
    ]


def test_markers_in_a_draft_are_small_numbers() -> None:
    assert draft("So it is [1][2, 3]. <b>").startswith(
        '<p class="rt-answer rt-draft" dir="auto" aria-busy="true">So it is <sup class="rt-marker">1</sup>'
        '<sup class="rt-marker">2, 3</sup>. &lt;b&gt;'
    )


def test_references_that_are_not_here_are_no_links() -> None:
    made = cable(
        "x",
        references=(
            Reference("A", "STATE 1", "07STATE1"),
            Reference("B", "ASTANA 9", "07ASTANA9"),
            Reference("C", "SMITH E-MAIL", None, "email"),
        ),
    )
    later, also = (CableSummary(each, "ASTANA", None, "LATER", None) for each in ("08ASTANA1", "07ALMATY2"))
    held = {"07STATE1": CableSummary("07STATE1", "STATE", "2007-01-02T00:00:00Z", "FORUM", None)}
    html = references(made, held, (later,), {"07ASTANA9": (also,)})
    assert [each["href"] for tag, each in parsed(html).seen if tag == "a"] == [
        "?cable=07STATE1", "?cable=07ALMATY2", "?cable=08ASTANA1"
    ]  # fmt: skip
    assert "A: 07STATE1 2 January 2007 · FORUM" in parsed(html).text
    assert "B: 07ASTANA9 not in this archivealso referred to by 07ALMATY2" in parsed(html).text
    assert "C: SMITH E-MAIL email" in parsed(html).text


REPEATED = Cable(
    cable("x").header,
    (Paragraph(1, "a", 1), Paragraph(2, "b", 2), Paragraph(3, "c", 2), Paragraph(4, "d")),
    Source("a", "text", "0"),
)


@pytest.mark.parametrize(
    "parameters, ordinal",
    [
        ({"paragraph": "2"}, 2),
        ({"paragraph": "2", "ordinal": "3"}, 3),
        ({"ordinal": "4"}, 4),
        ({"ordinal": "0"}, 0),
        ({"paragraph": "9"}, None),
        ({"paragraph": "2", "ordinal": "9"}, None),
        ({"paragraph": "x"}, None),
        ({"paragraph": "²"}, None),
        ({}, None),
    ],
)
def test_a_link_names_a_paragraph(parameters: dict[str, str], ordinal: int | None) -> None:
    assert ordinal_asked(REPEATED, parameters) == ordinal


@pytest.mark.parametrize(
    "arguments, address",
    [
        (("07ASTANA3162",), "?cable=07ASTANA3162"),
        (("07ASTANA3162", 2, 2, "¶2"), "?cable=07ASTANA3162&paragraph=2"),
        (("07ASTANA3162", 3, 2, "¶2 (second)"), "?cable=07ASTANA3162&paragraph=2&ordinal=3"),
        (("07ASTANA3162", 4, None, "unnumbered ¶4"), "?cable=07ASTANA3162&ordinal=4"),
        (("07ASTANA3162", 0, None, "header"), "?cable=07ASTANA3162&ordinal=0"),
        (("frus1969-76ve04/d12",), "?cable=frus1969-76ve04%2Fd12"),
    ],
)
def test_links(arguments: tuple[object, ...], address: str) -> None:
    assert link(*arguments) == address  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sent, place",
    [
        ({"cable": "07X1", "ordinal": 2, "start": 3, "end": 9}, Place("07X1", 2, 3, 9)),
        ({"cable": "07X1", "ordinal": None, "start": None, "end": None}, Place("07X1")),
        ({"cable": "07X1", "ordinal": "2", "start": -4, "end": 1e9}, Place("07X1")),
        ({"cable": ""}, None),
        ({"ordinal": 1}, None),
        ("07X1", None),
        (None, None),
    ],
)
def test_a_click_is_believed_only_where_it_makes_sense(sent: object, place: Place | None) -> None:
    assert Place.from_click(sent) == place
