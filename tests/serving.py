"""A served page and a headless Chromium for the tests that drive one, and nothing asked for beyond this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: install the Debian package `chromium`"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

_SERVE = """
import sys
from pathlib import Path
from index.build import build
from index.settings import load_settings
from ui.web import serve
settings = load_settings(sys.argv[1], chat_model="none")
build([Path(each) for each in sys.argv[3:]], settings)
serve(settings, port=int(sys.argv[2]))
"""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(home: Path, paths: Sequence[Path], port: int | None = None) -> Iterator[str]:
    """The address of a page over these cables, served by a process of its own, on a free port unless one is given."""
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    arguments = [sys.executable, "-c", _SERVE, str(home), str(port), *map(str, paths)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    log = home / "log"
    with log.open("wb") as writing:
        server = subprocess.Popen(arguments, cwd=home, env=environment, stdout=writing, stderr=writing)
    try:
        _wait_until_served(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_served(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the page was not served:\n{log.read_text(errors='replace')}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A visitor of their own. At the end nothing they asked for may have lain outside, and no script have failed."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    yield page
    context.close()
    inside = (address, address.replace("http", "ws"), f"blob:{address}", "data:", "blob:")
    assert faults == []
    assert [url for url in asked if not url.startswith(inside)] == []


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    box = page.get_by_placeholder("Ask the cables")
    box.fill(question)
    box.press("Enter")
    page.locator("h1.rt-question", has_text=question).wait_for()
    page.locator(".rt-trace").wait_for()
