"""The page in a real headless Chromium: asking, a chip, a link, hostile text, and that nothing leaves this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install the Debian package `chromium`"),
]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

SERVE = """
import sys
from pathlib import Path
from index.build import build
from index.settings import load_settings
from ui.web import serve
settings = load_settings(sys.argv[1], chat_model="none")
build([Path(sys.argv[2])], settings)
serve(settings, port=int(sys.argv[3]))
"""

CABLE = """O 201158Z NOV 07
FM AMEMBASSY ASTANA
TO SECSTATE WASHDC IMMEDIATE 1220

UNCLAS ASTANA 003162

E.O. 12958: N/A
TAGS: KCRM, KZ
SUBJECT: CIVIC FORUM
REF: STATE 147242

{body}

ORDWAY
"""

FILLING = " ".join(f"The governor of oblast number {n} reported on grants to local groups." for n in range(40))
SPOKEN = "Prime Minister Massimov chaired the third Civic Forum in October."
HOSTILE = (
    "<script>window.pwned = 1</script> <img src=x onerror='window.pwned = 2'> "
    '<img src="http://evil.example/beacon.png"> ![seen](http://evil.example/beacon.png) $\\\\frac{a}{b}$ '
    '<a href="javascript:window.pwned = 3">click</a> <style>* {display: none}</style> \u202eesrever'
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served archive: one plain cable with a long way to its fourth paragraph, and one hostile one."""
    folder = tmp_path_factory.mktemp("served")
    plain = "\n\n".join(f"{n}. {text}" for n, text in enumerate([FILLING, FILLING, FILLING, SPOKEN, FILLING], start=1))
    hostile = (
        CABLE.replace("003162", "000666").replace("201158Z", "211158Z").replace("CIVIC FORUM", f"WIDGETS {HOSTILE}")
    )
    (folder / "plain.txt").write_text(CABLE.format(body=plain), encoding="utf-8")
    (folder / "hostile.txt").write_text(hostile.replace("{body}", f"1. Zinc widgets: {HOSTILE}"), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [sys.executable, "-c", SERVE, str(folder / "home"), str(folder), str(port)]
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(arguments, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_served(f"http://127.0.0.1:{port}/_stcore/health", server, folder / "log")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_served(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the page was not served:\n{log.read_text(errors='replace')}")


@pytest.fixture
def browser_page(address: str) -> Iterator[Page]:
    """A fresh page. At its end nothing it asked for may have lain outside this machine, and no script have failed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(address)
        yield page
        browser.close()
    assert faults == []
    assert [
        url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
    ] == []


def ask(page: Page, question: str) -> None:
    box = page.get_by_placeholder("Ask the cables")
    box.fill(question)
    box.press("Enter")
    page.locator("h1.rt-question", has_text=question).wait_for()
    page.locator(".rt-made, .rt-declined").wait_for()


def in_view(page: Page, selector: str) -> bool:
    """Whether the element lies within the source pane's window and the page's."""
    found: bool = page.evaluate(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const pane = document.querySelector(".st-key-source").getBoundingClientRect();
            return box.top >= Math.max(0, pane.top) && box.bottom <= Math.min(innerHeight, pane.bottom);
        }""",
        selector,
    )
    return found


def wait_in_view(page: Page, selector: str) -> None:
    deadline = time.monotonic() + 5
    while not in_view(page, selector):
        assert time.monotonic() < deadline, f"{selector} is not in view"
        time.sleep(0.05)


def test_a_chip_shows_the_words_it_stands_for(browser_page: Page) -> None:
    ask(browser_page, "Who chaired the third Civic Forum?")
    browser_page.locator(".rt-passage", has_text="¶1").first.click()
    expect(browser_page.locator(".rt-source .rt-here")).to_have_attribute("data-ordinal", "1")
    browser_page.locator(".rt-chip", has_text="07ASTANA3162 ¶4").first.click()
    expect(browser_page.locator(".rt-source mark")).to_have_text(SPOKEN)
    expect(browser_page.locator(".rt-chip[aria-current=true]")).to_have_count(1)
    wait_in_view(browser_page, ".rt-source mark")


def test_a_cable_opens_by_its_link_and_the_answer_is_kept(browser_page: Page, address: str) -> None:
    ask(browser_page, "Who chaired the third Civic Forum?")
    browser_page.get_by_role("link", name="Open the whole cable").click()
    browser_page.locator(".rt-masthead").wait_for()
    assert browser_page.url == f"{address}?cable=07ASTANA3162&paragraph=4"
    browser_page.go_back()
    browser_page.locator(".rt-chip").first.wait_for()
    browser_page.goto(f"{address}?cable=07ASTANA3162&paragraph=4")
    expect(browser_page.locator(".rt-here")).to_contain_text(SPOKEN)
    expect(browser_page.locator(".rt-here")).to_be_in_viewport()
    expect(browser_page.locator(".stSidebar .rt-absent").first).to_contain_text("07STATE147242")


def test_hostile_text_is_shown_and_does_nothing(browser_page: Page) -> None:
    ask(browser_page, "zinc widgets")
    expect(browser_page.locator(".rt-source")).to_contain_text("<script>window.pwned = 1</script>")
    expect(browser_page.locator(".rt-source")).to_contain_text('<img src="http://evil.example/beacon.png">')
    assert browser_page.locator(".stMain :is(img, script, iframe, form, .katex)").count() == 0
    assert browser_page.evaluate("window.pwned") is None
    browser_page.get_by_role("link", name="Open the whole cable").click()
    expect(browser_page.locator(".rt-masthead h1")).to_contain_text("<style>* {display: none}</style>")
    assert browser_page.evaluate("window.pwned") is None


def test_the_first_passage_is_there_at_once(browser_page: Page) -> None:
    ask(browser_page, "grants to local groups")
    box = browser_page.get_by_placeholder("Ask the cables")
    box.fill("Who chaired the third Civic Forum?")
    started = time.perf_counter()
    box.press("Enter")
    browser_page.locator("h1.rt-question", has_text="Who chaired").wait_for()
    browser_page.locator(".rt-passage").first.wait_for()
    # The aim is 0.3 s; a loaded machine is given room, a page that waits for the answer is not.
    assert time.perf_counter() - started < 3
