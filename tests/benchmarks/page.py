"""Times the page in a headless Chromium over synthetic cables: first load, and every interaction.

    python tests/benchmarks/page.py [CABLES] [REPEATS] [HOME]

The cables go straight into the stores with random vectors: no embedding; questions are answered by quoting. Prints for
each step the median and the worst seconds of the clock, from the act of the reader to what they wait for being there.
A home that is named is kept, and used as it is the next time.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.browsing import fill
from serving import chromium, served

from index.build import CHUNKER_VERSION
from index.chunk import chunk_cables
from index.home import open_stores
from index.parse import PARSER_VERSION
from index.settings import Settings

DIMENSION = 384
READERS = 10
QUESTIONS = ("Which minister spoke of grain?", "What of the treaty on the border?", "Who paid for the railway credit?")


def main() -> None:
    """Fill a home in a temporary folder, serve it, and time each step."""
    cables, repeats = (int(given) for given in (*sys.argv[1:3], "10000", "5")[:2])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(folder) / "home"
        if not home.exists():
            make_home(home, cables)
        with served(home, []) as address, chromium() as browser:
            first_load(browser, address, "first load, cold server", 1)
            first_load(browser, address, "first load", repeats)
            first_load(browser, f"{address}cables", "first load of the list", repeats)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(address)
            page.locator(".rt-welcome").wait_for()
            for name, step in steps(address).items():
                report(name, [timed(page, *step) for _ in range(repeats)])
            asking(page, address)
            asking_at_once(browser, address)


def make_home(home: Path, cables: int) -> None:
    """All three stores, as an indexing run would have left them."""
    home.mkdir()
    stores = open_stores(Settings(home=home), writable=True)
    versions = {"parser": str(PARSER_VERSION), "chunker": str(CHUNKER_VERSION), "chunk_tokens": "0", "generation": "1"}
    built = {"encoder": "all-MiniLM-L6-v2", "dtype": "float32", "dimension": str(DIMENSION)}
    with stores.catalog.transaction():
        stores.catalog.write_manifest(versions | built)
    fill(stores.catalog, cables)
    chance = np.random.default_rng(7)
    for cable_id, chunk_ids in stores.catalog.chunks_by_cable().items():
        cable = stores.catalog.get(cable_id)
        assert cable is not None
        chunks = next(iter(chunk_cables([cable], _WholeParagraphs(), 0)))  # type: ignore[arg-type]
        stores.terms.add(chunk_ids, chunks[: len(chunk_ids)], cable.header)
    stores.terms.commit()
    every = [chunk for chunks in stores.catalog.chunks_by_cable().values() for chunk in chunks]
    vectors = chance.standard_normal((len(every), DIMENSION)).astype(np.float32)
    stores.vectors.add(every, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    stores.close()


class _WholeParagraphs:
    """Stands in for an encoder where texts are cut: one chunk a paragraph."""

    max_tokens = 100_000

    def token_spans(self, texts: list[str]) -> list[list[tuple[int, int]]]:
        return [[(0, len(text))] for text in texts]


def first_load(browser: Browser, address: str, name: str, repeats: int) -> None:
    """A visitor with an empty cache, until the page can be used."""
    found = []
    for _ in range(repeats):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        started = time.perf_counter()
        page.goto(address, wait_until="commit")
        there(".rt-welcome, .rt-list")(page)
        found.append(time.perf_counter() - started)
        page.close()
    report(name, found)


Act = Callable[[Page], None]


def steps(address: str) -> dict[str, tuple[Act, Act, Act]]:
    """By name: how a reader gets there, what they do, and what they then wait for."""

    def at(place: str, shows: str) -> Act:
        def go(page: Page) -> None:
            page.goto(address + place)
            page.locator(shows).first.wait_for()

        return go

    def click(selector: str) -> Act:
        return lambda page: page.locator(selector).first.click()

    everything = at("cables", ".rt-list")
    return {
        "list: choose a country": (everything, click(".rt-facets a"), there(".rt-limits a")),
        "list: choose a year": (everything, click(".rt-columns a"), there(".rt-limits a")),
        "list: next page": (everything, click(".rt-pages a"), there(".rt-pages span", "Page 2")),
        "list: most referred to": (
            everything,
            click(".rt-listhead a:text('most referred')"),
            there(".rt-listhead a[aria-current]", "most referred"),
        ),
        "list: search words": (everything, search("treaty grain"), there(".rt-limits a")),
        "list: open a cable": (everything, click(".rt-entry"), there(".rt-masthead")),
        "cable: its thread": (opened_cable(everything), click(".rt-ways a:text('Thread')"), there(".rt-timeline")),
        "page: from asking to the list": (at("", ".rt-welcome"), to_page("Cables"), there(".rt-list")),
        "page: to the threads": (at("", ".rt-welcome"), to_page("Threads"), there(".rt-entry")),
        "page: to the index": (at("", ".rt-welcome"), to_page("Index"), there(".rt-table")),
    }


def there(selector: str, text: str = "") -> Act:
    """Wait until an element is to be seen that has the text.

    The page looks itself, at each frame that it draws: after the first 0.3 s Playwright looks twice a second only.
    """
    seen = """([selector, text]) => [...document.querySelectorAll(selector)].some(
        (each) => each.getClientRects().length && each.textContent.includes(text))"""
    return lambda page: page.wait_for_function(seen, arg=[selector, text])


def to_page(title: str) -> Act:
    """Choose another page at the top."""
    return lambda page: page.get_by_role("link", name=title, exact=True).click()


def search(words: str) -> Act:
    """Type words into the box of the list."""

    def act(page: Page) -> None:
        box = page.get_by_label("Search the cables")
        box.fill(words)
        box.press("Enter")

    return act


def opened_cable(before: Act) -> Act:
    """Open the first cable of a list."""

    def act(page: Page) -> None:
        before(page)
        page.locator(".rt-entry").first.click()
        page.locator(".rt-masthead").wait_for()

    return act


def timed(page: Page, go: Act, act: Act, there: Act) -> float:
    """Seconds from the act until what is waited for is there."""
    go(page)
    page.wait_for_timeout(400)
    started = time.perf_counter()
    act(page)
    there(page)
    return time.perf_counter() - started


def asking(page: Page, address: str) -> None:
    """Seconds to the first passage, to the whole quoted answer, and of a click on a passage."""
    page.goto(address)
    first, whole, shown = [], [], []
    for question in QUESTIONS:
        box = page.get_by_placeholder("Ask the cables")
        box.fill(question)
        started = time.perf_counter()
        box.press("Enter")
        there("h1.rt-question", question)(page)
        there(".rt-passage")(page)
        first.append(time.perf_counter() - started)
        there(".rt-trace")(page)
        whole.append(time.perf_counter() - started)
        page.wait_for_timeout(400)
        started = time.perf_counter()
        page.locator(".rt-passage").last.click()
        there(".rt-passages li:last-child .rt-passage[aria-current=true]")(page)
        shown.append(time.perf_counter() - started)
    report("ask: the first passage", first)
    report("ask: the whole quoted answer", whole)
    report("ask: show a passage in its cable", shown)


def asking_at_once(browser: Browser, address: str) -> None:
    """Seconds until each of ten readers who ask at once, each something of their own, has the whole quoted answer."""
    contexts = [browser.new_context() for _ in range(READERS)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(address)
        page.locator(".rt-welcome").wait_for()
    questions = [f"{QUESTIONS[number % len(QUESTIONS)]} ({number})" for number in range(READERS)]
    for page, question in zip(pages, questions, strict=True):
        page.get_by_placeholder("Ask the cables").fill(question)
    started, seconds = time.perf_counter(), []
    for page in pages:
        page.get_by_placeholder("Ask the cables").press("Enter")
    for page, question in zip(pages, questions, strict=True):
        there(".rt-trace")(page)
        seconds.append(time.perf_counter() - started)
        assert page.locator("h1.rt-question").all_inner_texts() == [question]
    report(f"ask: {READERS} readers at once", seconds)
    for context in contexts:
        context.close()


def report(name: str, seconds: list[float]) -> None:
    """One line."""
    print(f"{name:36} median {statistics.median(seconds):5.2f} s, worst {max(seconds):5.2f} s", flush=True)


if __name__ == "__main__":
    main()
