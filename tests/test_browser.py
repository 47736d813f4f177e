"""The page in a real headless Chromium, over the sample cables: every flow, every page, every width and theme."""

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import SAMPLE
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from serving import ask, chromium, needs_chromium, served, visitor

pytestmark = [pytest.mark.browser, needs_chromium]

QUESTION = "On what ground had the original March ballot in Ribeira do Sal been thrown out?"
ANOTHER = "Who headed the panel that looked into how Corail came by its concession?"
CITED = "08PRAIA118"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), [SAMPLE]) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with visitor(browser, address) as opened:
        opened.goto(address)
        yield opened


def wait_in_view(page: Page, selector: str) -> None:
    """Until the element lies within the source pane's window and the page's."""
    page.wait_for_function(
        """selector => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            const pane = document.querySelector(".st-key-source").getBoundingClientRect();
            return box && box.top >= Math.max(0, pane.top) && box.bottom <= Math.min(innerHeight, pane.bottom);
        }""",
        arg=selector,
        timeout=5000,
    )


# ── asking ───────────────────────────────────────────────────────────────────────────────────


def test_a_chip_lights_up_the_words_it_stands_for(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".rt-passage").nth(2).click()
    expect(page.locator(".rt-passage[aria-current=true]")).to_have_count(1)
    page.locator(".rt-chip", has_text=CITED).first.click()
    expect(page.locator(".rt-source mark")).to_contain_text("a bakery, marked and warm")
    expect(page.locator(".rt-chip[aria-current=true]")).to_have_count(1)
    wait_in_view(page, ".rt-source mark")


def test_an_answer_stays_in_view_beside_its_source(page: Page) -> None:
    """However far down its cable the source stands."""
    ask(page, "What insurance does the company that surveys the pipeline in Mendi hold against kidnapping?")
    expect(page.locator(".rt-source .rt-here")).to_be_visible()
    wait_in_view(page, ".rt-source .rt-here .rt-number")
    expect(page.locator(".rt-question")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0
    assert page.evaluate("document.querySelector('.st-key-source').scrollTop") > 0


def test_a_source_stays_in_view_when_its_pane_is_resized_unless_the_reader_has_moved_it(page: Page) -> None:
    """What appears above the pane, or a window made lower, takes nothing out of view."""
    ask(page, "What insurance does the company that surveys the pipeline in Mendi hold against kidnapping?")
    wait_in_view(page, ".rt-source .rt-here .rt-number")
    page.set_viewport_size({"width": 1400, "height": 700})
    wait_in_view(page, ".rt-source .rt-here .rt-number")
    page.locator(".rt-source .rt-here").hover()
    page.mouse.wheel(0, -3000)
    page.wait_for_function("document.querySelector('.st-key-source').scrollTop === 0")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_timeout(800)
    assert page.evaluate("document.querySelector('.st-key-source').scrollTop") == 0


def test_citations_are_stepped_through_by_key(page: Page) -> None:
    ask(page, "How many cables speak of grain lost at sea and of wheat short-landed?")
    count = page.locator(".st-key-moves .rt-count")
    last = int((re.findall(r"\d+", count.inner_text()) or ["0"])[-1])
    for place in range(2, last + 1):
        page.keyboard.press("Alt+ArrowDown")
        expect(count).to_have_text(f"Citation {place} of {last}")
    for place in range(last - 1, 0, -1):
        page.keyboard.press("Alt+ArrowUp")
        expect(count).to_have_text(f"Citation {place} of {last}")


def test_a_conversation_outlives_a_reload_and_a_cable(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, ANOTHER)
    expect(page.locator(".rt-earlier h2")).to_have_text([QUESTION])
    page.reload()
    page.locator("html[data-listening]").wait_for(state="attached")
    expect(page.locator("h1.rt-question")).to_have_text(ANOTHER)
    expect(page.locator(".rt-earlier h2")).to_have_text([QUESTION])
    page.get_by_role("link", name="Open the whole cable").click()
    page.locator(".rt-masthead").wait_for()
    page.get_by_role("link", name="Back to the answer").click()
    expect(page.locator(".rt-earlier h2")).to_have_text([QUESTION])


def test_a_filter_is_set_and_taken_off_by_its_chip(page: Page, address: str) -> None:
    page.goto(f"{address}?ask=Who+won%3F&posts=PRAIA")
    chip = page.locator(".rt-set a")
    expect(chip).to_have_attribute("aria-label", "Ask without PRAIA")
    chip.click()
    expect(chip).to_have_count(0)
    page.locator(".rt-trace").wait_for()


def test_a_follow_up_is_asked_by_a_click(page: Page) -> None:
    ask(page, QUESTION)
    following = page.locator(".rt-next a").first
    said = following.inner_text()
    following.click()
    expect(page.locator("h1.rt-question")).to_have_text(said)


@pytest.mark.parametrize(
    ("name", "file", "start"),
    [
        ("Markdown", "answer.md", b"**On what ground"),
        ("Word", "answer.docx", b"PK"),
        ("BibTeX", "answer.bib", b"@misc{"),
        ("RIS", "answer.ris", b"TY  - GOVDOC"),
    ],
)
def test_an_answer_is_taken_away(page: Page, name: str, file: str, start: bytes) -> None:
    ask(page, QUESTION)
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == file
    assert Path(download.value.path()).read_bytes().startswith(start)


def test_an_answer_is_copied_with_its_citations(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy with citations").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Embassy Praia telegram 118 to the Department of State, 25 April 2008" in copied


# ── reading and browsing ─────────────────────────────────────────────────────────────────────


def test_a_cable_opens_by_its_link_at_its_paragraph(page: Page, address: str) -> None:
    page.goto(f"{address}?cable=08PRAIA131&paragraph=13")
    expect(page.locator(".rt-here")).to_contain_text("ran on drains")
    expect(page.locator(".rt-here")).to_be_in_viewport()
    expect(page.locator(".stSidebar .rt-absent").first).to_contain_text("08PRAIA77")
    expect(page.locator("abbr", has_text="PGOV").first).to_have_attribute("title", "Internal Governmental Affairs")
    page.locator(".stSidebar").get_by_title("Next from this post").click()
    expect(page.locator(".rt-masthead .rt-line")).to_contain_text("08PRAIA140")
    page.get_by_role("link", name="Original lines").click()
    expect(page.locator(".rt-sides pre").first).to_be_visible()


def test_the_archive_is_browsed_by_facets_words_and_pages(page: Page) -> None:
    page.get_by_role("link", name="Cables", exact=True).click()
    expect(page.locator(".rt-listhead h2")).to_have_text("50 cables")
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.locator(".rt-pages")).to_contain_text("Page 2 of 2")
    page.locator(".rt-facets section", has_text="Country").get_by_role("link", name="all ").click()
    page.locator(".rt-facets").get_by_title("Cape Verde").click()
    expect(page.locator(".rt-listhead h2")).to_have_text("3 cables")
    page.reload()
    expect(page.locator(".rt-listhead h2")).to_have_text("3 cables")
    page.get_by_label("Search the cables").fill("bakery")
    page.get_by_label("Search the cables").press("Enter")
    expect(page.locator(".rt-limits a").first).to_have_attribute("aria-label", "Remove “bakery”")
    page.locator(".rt-entry").first.click()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".rt-limits a")).to_have_count(2)
    page.get_by_role("link", name="Remove “bakery”").click()
    expect(page.locator(".rt-listhead h2")).to_have_text("3 cables")


def test_a_thread_is_followed_from_node_to_cable(page: Page, address: str) -> None:
    page.goto(f"{address}?cable=08PRAIA131")
    page.get_by_role("link", name="Thread", exact=True).click()
    page.locator(".stGraphVizChart a", has_text="08LISBON1290").click()
    expect(page.locator(".rt-masthead .rt-line")).to_contain_text("08LISBON1290")


# ── the index ────────────────────────────────────────────────────────────────────────────────


def test_cables_are_uploaded_and_deleted(page: Page, address: str, tmp_path: Path) -> None:
    text = (SAMPLE / "08PRAIA118.txt").read_text(encoding="utf-8").replace("000118", "000555")
    (tmp_path / "new cable.txt").write_text(text, encoding="utf-8")
    page.goto(f"{address}index")
    page.locator("input[type=file]").set_input_files(tmp_path / "new cable.txt")
    page.get_by_role("button", name="Upload and index").click()
    expect(page.locator(".rt-note").first).to_contain_text("1 cables added", timeout=60_000)
    option = page.get_by_role("option", name="new_cable.txt")
    # The page is drawn once more when a job has ended, which closes a list that was opened just then.
    with contextlib.suppress(PlaywrightTimeout):
        page.get_by_label("Delete uploads").press("ArrowDown")
        option.wait_for(timeout=5_000)
    if not option.is_visible():
        page.get_by_label("Delete uploads").press("ArrowDown")
    option.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".rt-note").first).to_contain_text("1 cables removed", timeout=60_000)


# ── fit ──────────────────────────────────────────────────────────────────────────────────────

PLACES = {
    "welcome": "",
    "answer": "?ask=" + QUESTION.replace(" ", "+").replace("?", "%3F"),
    "cables": "cables?posts=PRAIA&words=election",
    "cable": "?cable=08PRAIA131&paragraph=2",
    "original lines": "?cable=08PRAIA131&lines=original",
    "thread": "?thread=08PRAIA131",
    "threads": "threads",
    "index": "index",
}
READY = ".rt-trace, .rt-list, .rt-masthead, .rt-cables, .rt-table, .rt-welcome"


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_serious_in_light_and_dark_wide_and_narrow(
    browser: Browser, address: str, place: str
) -> None:
    with visitor(browser, address) as page:
        page.goto(address + PLACES[place])
        page.locator(READY).first.wait_for()
        for width, theme in ((1400, "light"), (1400, "dark"), (390, "dark"), (390, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_timeout(800)  # what is drawn last, and its transitions, are judged too
            assert (width, theme, serious(page)) == (width, theme, {})
            assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def serious(page: Page) -> dict[str, list[str]]:
    """The rules of axe-core that the page breaks seriously, and where."""
    return {
        each["id"]: [node["html"][:160] for node in each["nodes"]]
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    }


def test_ten_at_once_each_get_their_own_answer(browser: Browser, address: str) -> None:
    posts = "FREETOWN BAMAKO REYKJAVIK LIBREVILLE COLOMBO ASUNCION PORTMORESBY PRAIA PORTLOUIS LUSAKA".split()
    questions = {f"What was reported to Washington, number {n}?": post for n, post in enumerate(posts)}
    contexts = [browser.new_context() for _ in questions]
    pages = [context.new_page() for context in contexts]
    for page, (question, post) in zip(pages, questions.items(), strict=True):
        page.goto(f"{address}?ask={question.replace(' ', '+').replace('?', '%3F')}&posts={post}", wait_until="commit")
    for page, (question, post) in zip(pages, questions.items(), strict=True):
        page.locator(".rt-trace").wait_for(timeout=180_000)  # on slow cores the first waits for all
        assert page.locator("h1.rt-question").inner_text() == question
        cited = page.locator(".rt-passage .rt-where").all_inner_texts()
        assert cited and all(post in each for each in cited)
        assert page.locator(".rt-earlier").count() == 0
    for context in contexts:
        context.close()


def test_the_first_passage_is_there_at_once(page: Page) -> None:
    ask(page, QUESTION)
    box = page.get_by_placeholder("Ask the cables")
    box.fill(ANOTHER)
    started = time.perf_counter()
    box.press("Enter")
    page.locator("h1.rt-question", has_text="Who headed").wait_for()
    page.locator(".rt-passage").first.wait_for()
    # The aim is 0.3 s; a loaded machine is given room, a page that waits for the answer is not.
    assert time.perf_counter() - started < 3
