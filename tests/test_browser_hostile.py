"""A cable full of hostile text, in a real headless Chromium: every page shows it as text, and it does nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from serving import ask, chromium, needs_chromium, served, visitor

pytestmark = [pytest.mark.browser, needs_chromium]

HOSTILE = (
    "<script>window.pwned = 1</script> <img src=x onerror='window.pwned = 2'> "
    '<img src="http://evil.example/beacon.png"> ![seen](http://evil.example/beacon.png) $\\\\frac{a}{b}$ '
    '<a href="javascript:window.pwned = 3">click</a> <style>* {display: none}</style> \u202eesrever\u202c '
    "[a](http://evil.example) :material/home: <svg onload='window.pwned = 4'> {{7*7}} \\N \\G"
)
LONG = "ZINC" + "x" * 1_000_000
SHOWN = (
    "<script>window.pwned = 1</script>", '<img src="http://evil.example/beacon.png">',
    "<style>* {display: none}</style>", "\N{REPLACEMENT CHARACTER}esrever",
)  # fmt: skip

CABLE = """O 2{day}1158Z NOV 07
FM AMEMBASSY ASTANA
TO SECSTATE WASHDC IMMEDIATE 1220

UNCLAS ASTANA 000{number}

E.O. 12958: N/A
TAGS: KZ, <b>X</b>
SUBJECT: WIDGETS {hostile}
REF: ASTANA {reference}

1. Zinc widgets: {hostile}

2. {long}

<img src=x onerror='window.pwned = 5'>
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    files = folder / "<img src=x onerror='window.pwned = 6'>"
    files.mkdir()
    for day, number, reference, long in ((0, 666, 665, "Short."), (1, 667, 666, LONG)):
        text = CABLE.format(day=day, number=number, reference=reference, hostile=HOSTILE, long=long)
        (files / f"{number}.txt").write_text(text, encoding="utf-8")
    (files / "<script>window.pwned = 7<_script>.zip").write_bytes(b"no zip")
    with served(folder / "home", [files]) as url:
        yield url


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with chromium() as browser, visitor(browser, address) as opened:
        yield opened


def does_nothing(page: Page) -> None:
    """No element came of the text, and no script of it ran."""
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    within = ":is(.stMain, .stSidebar)"
    assert page.locator(f"{within} :is(script, iframe, img, .katex, form:not([data-testid=stForm]))").count() == 0
    links = page.locator(f"{within} a").evaluate_all("all => all.map(a => a.href.baseVal ?? a.href)")
    addresses = [link.split("?")[0] for link in links]
    assert [each for each in addresses if "evil" in each or "javascript" in each] == []


@pytest.mark.parametrize(
    ("place", "shows"),
    [
        ("cables", ".rt-subject"),
        ("cables?words=widgets", ".rt-subject"),
        ("?cable=07ASTANA666", ".rt-cable"),
        ("?cable=07ASTANA666&lines=original", ".rt-sides"),
        ("?cable=07ASTANA666&paragraph=1", ".rt-cable"),
        ("?thread=07ASTANA666", ".rt-timeline"),
        ("threads", ".rt-entry"),
    ],
)
def test_a_page_shows_the_text_and_it_does_nothing(page: Page, address: str, place: str, shows: str) -> None:
    page.goto(address + place)
    page.locator(shows).first.wait_for()
    text = page.locator(".stMain").inner_text() if shows != ".rt-entry" else "".join(SHOWN)
    assert [each for each in SHOWN if each not in text] == []
    does_nothing(page)


def test_an_answer_shows_the_text_and_it_does_nothing(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "zinc widgets")
    text = page.locator(".stMain").inner_text()
    assert [each for each in SHOWN if each not in text] == []
    does_nothing(page)
    page.locator(".rt-trace summary").click()
    page.get_by_role("button", name="Copy with citations").click()
    does_nothing(page)


def test_a_question_is_shown_as_text_too(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, HOSTILE.split("\u202e")[0] + " <b>zinc</b>?")
    expect(page.locator("h1.rt-question")).to_contain_text("<b>zinc</b>?")
    does_nothing(page)


def test_a_megabyte_in_one_line_is_read_and_found(page: Page, address: str) -> None:
    page.goto(f"{address}?cable=07ASTANA667")
    expect(page.locator(".rt-paragraph").nth(1)).to_contain_text(LONG[:2000], timeout=20_000)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    does_nothing(page)


def test_names_of_files_are_shown_as_text(page: Page, address: str) -> None:
    page.goto(f"{address}index")
    page.locator(".rt-table").first.wait_for()
    expect(page.locator(".stMain")).to_contain_text("<script>window.pwned = 7<_script>.zip")
    does_nothing(page)
