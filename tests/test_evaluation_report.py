"""A run as text, Markdown and one HTML file that opens from disk with no network, also at a thousand questions."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evaluating import a_row, rows
from playwright.sync_api import Page, expect, sync_playwright

from index.errors import CorpusError
from qa.evaluation.compare import compare
from qa.evaluation.measures import MEASURES
from qa.evaluation.runs import Run
from qa.evaluation.statistics import Value
from qa.evaluation.verdicts import verdict_of
from ui.render import plots
from ui.render.measures import comparison_text, run_markdown, run_text
from ui.render.report import to_html, write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>\u202e\x1b[31m{{ 7*7 }}"
MADE = {
    "file": "questions.jsonl", "reftel": "0.1.0", "chat_model": "none", "encoder": "hashing", "cables": 2,
    "libraries": {"numpy": "2"}, "judge": None,
}  # fmt: skip
MEASURED = {"correct": 1.0, "citation_precision": 0.5, "over_declined": 0.0, "recall@10": 1.0, "seconds": 0.3}


def a_run(count: int = 12, name: str = "20261124-none") -> Run:
    kinds = ("factoid", "list", "temporal")
    found = [
        a_row(f"q{n}", {**MEASURED, "correct": float(n % 4 > 0), "seconds": n / 10}, kinds[n % 3], f"Question {n}?")
        for n in range(count)
    ]
    return Run(name, MADE, tuple(found))


@pytest.mark.parametrize(
    ("measures", "words", "failed"),
    [
        ({"correct": 1.0, "citation_precision": 1.0}, "right", False),
        ({"correct": 1.0, "citation_precision": 0.0}, "right, wrong source", True),
        ({"correct": 0.0}, "wrong", True),
        ({"correct": 0.0, "over_declined": 1.0}, "declined wrongly", True),
        ({"declined": 1.0}, "declined rightly", False),
        ({"declined": 0.0}, "should have declined", True),
        ({"mistakes_repeated": 1.0}, "mistake repeated", True),
        ({"mistakes_repeated": 0.0}, "not measured", False),
    ],
)
def test_a_question_has_a_verdict(measures: dict[str, float], words: str, failed: bool) -> None:
    found = verdict_of(a_row("q1", measures))
    assert (found.words, found.failed) == (words, failed)


def test_the_terminal_tells_every_measure_with_its_interval_and_meaning() -> None:
    shown = run_text(a_run())
    assert re.search(r"correct +0\.750 +\(0\.500–1\.000\) +n=12 +an accepted string", shown)
    assert re.search(r"seconds_p95 +1\.045", shown)
    assert re.search(r"factoid +4 +0\.75 n=4", shown)


def test_a_judge_is_told_with_its_agreement() -> None:
    judge = {"chat_model": "small", "agreement": {"accuracy": 0.8, "kappa": 0.6, "n": 62}}
    shown = run_text(Run("r", {**MADE, "judge": judge}, rows("judged_correct", [1.0])))
    assert "on 62 answers labelled by hand it agrees with the labels in 0.80 of all, Cohen's kappa 0.60" in shown


def test_a_comparison_names_the_questions_and_says_what_is_noise() -> None:
    shown = comparison_text(compare(Run("r", MADE, rows("correct", [0, 1])), Run("s", MADE, rows("correct", [1, 1]))))
    assert "correct              0.500 -> 1.000  n=2  no more than noise (p = 1.000)" in shown
    assert "better: q0" in shown and "worse: none" in shown


def test_markdown_has_a_column_for_each_run() -> None:
    head, rule, *body = run_markdown([a_run(), a_run(name="other")]).splitlines()
    assert head.startswith("| measure | meaning | quoting, no chat model, 12 questions | quoting")
    assert {line.count(" | ") for line in (head, rule, *body)} == {3}
    assert body[0].startswith("| `correct` | an accepted string is in the answer; a false premise")
    assert body[0].endswith("| 0.75 (0.50–1.00), n=12 | 0.75 (0.50–1.00), n=12 |")


# ── plots ────────────────────────────────────────────────────────────────────────────────────


def test_an_interval_plot_puts_dots_where_the_values_are() -> None:
    drawn = plots.intervals("t", [("all", Value(0.5, 0.25, 0.75, 9))])
    left, right = plots.LEFT, plots.WIDTH - plots.RIGHT
    place = re.search(r'cx="([\d.]+)"', drawn)
    assert place and float(place[1]) == pytest.approx((left + right) / 2)
    assert "all: 0.50 (0.25–0.75), n=9" in drawn


def test_a_histogram_counts_tenths() -> None:
    assert re.findall(r": (\d+) questions", plots.histogram("t", [0.0, 0.05, 0.5, 1.0])) == list("2000010001")


def test_plots_show_words_as_words() -> None:
    value = Value(1, 1, 1, 1)
    drawn = [
        plots.intervals(HOSTILE, [(HOSTILE, value)]),
        plots.shares(HOSTILE, [(HOSTILE, value, value)], (HOSTILE, HOSTILE)),
        plots.cumulative(HOSTILE, [1.0], [(HOSTILE, 1.0)], HOSTILE),
    ]
    assert not re.search(r"<script|<img|\u202e|\x1b", "".join(drawn))


# ── the file ─────────────────────────────────────────────────────────────────────────────────


class Reading(HTMLParser):
    """Fails where a tag is closed that is not open; keeps every tag, and every address it would ask for."""

    VOID = ("meta", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.handle_startendtag(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action", "style")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def hostile_run() -> Run:
    row = a_row(HOSTILE, MEASURED, HOSTILE, HOSTILE)
    answer = row["answer"]
    statement = {**answer["statements"][0], "text": HOSTILE}
    passages = [{**each, "text": HOSTILE, "label": HOSTILE, "cable_id": HOSTILE} for each in answer["passages"]]
    gold = {**row["gold"], "answers": [HOSTILE], "points": [HOSTILE], "quote": HOSTILE, "note": HOSTILE}
    changed = {**row, "gold": gold, "answer": {**answer, "statements": [statement], "passages": passages}}
    return Run(HOSTILE, {**MADE, "file": HOSTILE, "chat_model": HOSTILE}, (changed, *a_run(5).rows))


@pytest.mark.parametrize("run", [a_run(), hostile_run(), a_run(0), Run("s", MADE, rows("recall@10", [1.0, 0.0]))])
def test_the_file_is_one_piece_of_plain_html(run: Run) -> None:
    html = to_html(run)
    reading = Reading()
    reading.feed(html)
    assert reading.open == []
    assert reading.tags.count("script") == 1 and not {"img", "link", "iframe", "form"} & set(reading.tags)
    assert all(address and address.startswith("#q-") for address in reading.addresses)
    assert "default-src 'none'" in unescape(html)
    assert not re.search(r"url\(|@import|\u202e|\x1b", html)


def test_the_file_tells_every_measure_and_every_question() -> None:
    run = a_run()
    html = to_html(run, compare(a_run(name="before"), run))
    assert html.count('<details class="q"') == 12
    assert all(f"Question {n}?" in html for n in range(12))
    assert "Against before" in html
    assert all(MEASURES[name].meaning in html for name in MEASURED if name != "seconds")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be written"):
        write_report(tmp_path / "none" / "report.html", a_run())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Page]:
    """A browser without a network, on a report of a thousand questions, one of them hostile."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the Debian package `chromium`")
    run = hostile_run()
    write_report(tmp_path / "report.html", Run(run.run, run.made_with, (run.rows[0], *a_run(999).rows)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto((tmp_path / "report.html").as_uri())
        yield page
        browser.close()
    assert faults == []
    assert asked == [(tmp_path / "report.html").as_uri()]


@pytest.mark.browser
def test_a_thousand_questions_open_from_disk_are_filtered_and_read(opened: Page) -> None:
    expect(opened.locator("#count")).to_have_text("1000 questions")
    opened.select_option("#verdict", "failed")
    expect(opened.locator("#count")).to_have_text("250 of 1000 questions")
    opened.select_option("#kind", "list")
    expect(opened.locator("#count")).to_have_text("83 of 1000 questions")
    opened.fill("#words", "question 64?")
    expect(opened.locator("#count")).to_have_text("1 of 1000 questions")
    opened.locator("details.q:visible > summary").click()
    expect(opened.locator("details.q[open] .said")).to_be_visible()
    expect(opened.locator("details.q[open] li.gold")).to_contain_text("07ASTANA1 ¶4")
    assert opened.locator("figure.plot svg").count() > 5
    assert opened.evaluate("window.pwned") is None
