"""Who may read and do what on the page: sign-in, keepers, uploads, and a ceiling tried at every door of the page."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_page import ask, button, click, opened, page, settle, shown, visit

import ui.state
import ui.views.sources
from index.build import Report
from index.catalog import Catalog, Ceiling
from index.errors import CorpusError, SettingsError, StoreBusy
from index.home import catalog_path
from index.removal import remove
from index.settings import Bounds, Settings
from ui.jobs import Jobs
from ui.reader import Reader, reader_of
from ui.talks import MOST_TALKS, Talks
from ui.uploads import keep, may_index, safe_name
from ui.web import serve

__all__ = ["opened"]

KEEPER, ANNA = "keeper@example.org", "anna@example.org"
SHARED = Settings(
    sign_in=True, keepers=(KEEPER.upper(),),
    readers={"Anna@example.org": Bounds(ceiling="CONFIDENTIAL", barred=("NODIS",)), "free@example.org": Bounds()},
)  # fmt: skip
OPEN = SHARED.model_copy(update={"readers": {"*": Bounds(ceiling="UNCLASSIFIED")}})


@pytest.mark.parametrize(
    ("settings", "person", "is_local", "reader"),
    [
        (Settings(), {}, True, Reader(is_keeper=True)),
        (Settings(), {}, False, Reader()),
        (SHARED, {}, True, None),
        (SHARED, {"email": KEEPER}, False, Reader(KEEPER, is_keeper=True)),
        (SHARED, {"email": KEEPER, "email_verified": False}, False, None),
        (SHARED, {"email": KEEPER, "email_verified": "false"}, False, None),
        (SHARED, {"email": "ANNA@example.org "}, False, Reader(ANNA, ceiling=Ceiling("CONFIDENTIAL", ("NODIS",)))),
        (SHARED, {"email": "free@example.org"}, False, Reader("free@example.org")),
        (SHARED, {"email": "stranger@example.org"}, True, None),
        (SHARED, {"name": "No Address"}, True, None),
        (OPEN, {"email": "you@example.org"}, False, Reader("you@example.org", ceiling=Ceiling("UNCLASSIFIED"))),
    ],
)  # fmt: skip
def test_who_reads(settings: Settings, person: dict[str, Any], is_local: bool, reader: Reader | None) -> None:
    assert reader_of(settings, person, is_local=is_local) == reader


# ── a ceiling, at every door of the page ─────────────────────────────────────────────────────

TRACES = (
    "79LAPAZ3227", "LAPAZ", "La Paz", "ECLA", "shipping", "CONFIDENTIAL", "Confidential", "OCON", "1979", "Bolivia",
)  # fmt: skip
"""What the cable above the ceiling would leave: its id, post, subject, words, level, TAGS, year, country."""

DOORS: dict[str, Callable[[Callable[..., AppTest]], AppTest]] = {
    "the first page": lambda opened: opened(),
    "a question": lambda opened: ask(opened(), "When does the conference on ships open?"),
    "a question by words of its own": lambda opened: ask(opened(), "Delegates arrive by train?"),
    "two questions": lambda opened: ask(ask(opened(), "Who chaired the forum?"), "Who arrives by train?"),
    "a link that asks": lambda opened: settle(opened(ask="Who arrives by train?")),
    "the list": lambda opened: visit(opened(), "cables"),
    "the list by words": lambda opened: visit(opened(words="conference train"), "cables"),
    "the list by level": lambda opened: visit(opened(refers="yes", order="referred"), "cables"),
    "all values of a facet": lambda opened: visit(opened(all="tags"), "cables"),
    "the cable beside it": lambda opened: opened(cable="07ASTANA3162"),
    "a thread": lambda opened: opened(thread="07ASTANA3162"),
    "the threads": lambda opened: visit(ask(opened(), "Who arrives by train?"), "threads"),
    "the index": lambda opened: visit(opened(), "index"),
    "the evaluation": lambda opened: visit(opened(), "evaluation"),
    "a link without a clue": lambda opened: settle(opened(**{"ask": "Who arrives in La Pa by train?", "without": "x"})),
    "a question about what both refer to": lambda opened: ask(opened(), "What does STATE 147242 say?"),
    "what both refer to": lambda opened: opened(cable="07STATE147242"),
    "the thread of what both refer to": lambda opened: opened(thread="79STATE147242"),
    "a click into it": lambda opened: click(
        ask(opened(), "Who chaired the forum?"), view="pane", place={"cable": "79X", "ordinal": 1}
    ),
}


def everything(at: AppTest) -> str:
    """All that the browser is sent: HTML, choices, buttons, files, drawings, the address."""
    choices = [str(option) for each in at.multiselect for option in each.options]
    others = [
        str(each.proto)
        for kind in ("button", "download_button", "graphviz_chart", "date_input")
        for each in at.get(kind)
    ]
    return "\n".join([shown(at), *choices, *others, str(at.query_params)])


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.state, "reader", lambda: Reader(ANNA, ceiling=Ceiling("UNCLASSIFIED")))


@pytest.mark.parametrize("door", DOORS)
def test_no_door_of_the_page_shows_a_trace_of_what_is_above_the_ceiling(
    opened: Callable[..., AppTest], bounded: None, door: str
) -> None:
    sent = everything(DOORS[door](opened))
    assert [trace for trace in TRACES if trace in sent] == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"cable": "79LAPAZ3227"}, {"cable": "79LAPAZ3227", "paragraph": "1"}, {"thread": "79LAPAZ3227"},
        {"cable": "79LAPAZ3227", "lines": "original"},
    ],
)  # fmt: skip
def test_the_cable_above_the_ceiling_opens_as_one_that_never_was(
    opened: Callable[..., AppTest], bounded: None, parameters: dict[str, str]
) -> None:
    above = shown(opened(**parameters))
    never = shown(opened(**{name: value.replace("79LAPAZ3227", "79LIMA55555") for name, value in parameters.items()}))
    assert above.replace("79LAPAZ3227", "79LIMA55555") == never


def test_a_filter_for_what_is_above_the_ceiling_is_answered_as_any_other(
    opened: Callable[..., AppTest], bounded: None
) -> None:
    pages = [shown(settle(opened(ask="When does it open?", posts=post))) for post in ("LAPAZ", "LIMA")]
    first, second = (re.sub(r"[0-9.]+ s\b|talk=[\w-]+", "", each) for each in pages)
    assert first.replace("LAPAZ", "LIMA") == second


def test_a_conversation_is_opened_by_its_owner_with_the_same_bounds_only(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask(opened(), "When does the conference open?")
    token = str(at.query_params["talk"])
    monkeypatch.setattr(ui.state, "reader", lambda: Reader(ANNA, ceiling=Ceiling("UNCLASSIFIED")))
    assert "ECLA" not in everything(page(talk=token))
    assert "ECLA" not in everything(at.run())  # nor in the session that began it, once it is somebody else's


def test_who_is_not_known_sees_the_door_and_nothing_else(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.state, "reader", lambda: None)
    for known, said in ((False, "for those who are known to it"), (True, "may not read this archive")):
        monkeypatch.setattr("streamlit.user", SimpleNamespace(is_logged_in=known, get=lambda _: "you@example.org"))
        for parameters in ({}, {"cable": "07ASTANA3162"}, {"ask": "Who?"}):
            sent = shown(opened(**parameters))
            assert said in sent and "ASTANA" not in sent and "cables" not in sent


# ── conversations ────────────────────────────────────────────────────────────────────────────


def test_the_longest_left_conversation_goes_first() -> None:
    talks, reader = Talks(), Reader("a")
    first, second = talks.begin(reader), talks.begin(reader)
    assert talks.find(first.token, reader) is first
    for _ in range(MOST_TALKS - 1):
        talks.begin(reader)
    assert (talks.find(first.token, reader), talks.find(second.token, reader)) == (first, None)
    assert talks.find(first.token, Reader("b")) is None


# ── uploads ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("cables.zip", "cables.zip"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\anna\\box 1.TXT", "box_1.txt"),
        (".hidden.txt", "hidden.txt"),
        ("Ämter & Posten.jsonl", "Amter_Posten.jsonl"),
        ("a" * 300 + ".csv", "a" * 116 + ".csv"),
        ("null\x00byte\n.txt", "null_byte_.txt"),
    ],
)
def test_an_upload_gets_a_plain_name(sent: str, name: str) -> None:
    assert safe_name(sent) == name


@pytest.mark.parametrize("sent", ["run.sh", "page.html", "txt", ".txt", "....", "", "cable.txt.exe"])
def test_an_upload_that_cannot_be_read_is_refused(sent: str) -> None:
    with pytest.raises(CorpusError, match=r"upload \.txt"):
        safe_name(sent)


@pytest.mark.parametrize(("content", "why"), [(b"", "is empty"), (b"x" * 1_000_001, "at most 1 are taken")])
def test_an_upload_is_neither_empty_nor_too_large(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(CorpusError, match=why):
        keep(tmp_path, "a.txt", content, most_mb=1)
    assert list(tmp_path.iterdir()) == []


def test_paths_are_taken_from_the_folders_allowed_links_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir(), outside.mkdir()
    (inside / "link").symlink_to(outside)
    told = [inside, inside / "x.txt", outside, inside / ".." / "out", inside / "link", inside / "link" / "x.txt"]
    assert [may_index(path, [inside]) for path in told] == [True, True, False, False, False, False]


# ── work on the index ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch, settings: Settings, index_files: Callable[..., Report]) -> Settings:
    """The page of a keeper on their own machine; indexing uses the test's small encoder."""
    monkeypatch.setattr(ui.state, "is_local", lambda: True)
    monkeypatch.setattr(ui.state, "_settings", lambda _: settings)
    monkeypatch.setattr(ui.views.sources, "build", lambda paths, _, **__: index_files(*paths))
    return settings


def over(at: AppTest) -> AppTest:
    """The page once the work under way is over."""
    while not ui.state.jobs().last.is_over:  # type: ignore[union-attr]
        time.sleep(0.02)
    return at.run()


def test_a_path_is_indexed_and_what_was_left_out_is_told(
    opened: Callable[..., AppTest], keeper: Settings, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text((tmp_path / "07ASTANA3162.txt").read_text().replace("3162", "3199"), encoding="utf-8")
    (more / "bad.zip").write_bytes(b"no zip")
    at = visit(opened(), "index")
    at.text_input(key="path").set_value(str(more))
    html = shown(over(button(at, "Index")))
    assert "1 cables added" in html and "bad.zip" in html and "left out" in html
    assert "<dt>cables</dt><dd>3</dd>" in html


def test_a_path_that_is_not_there_is_one_plain_sentence(opened: Callable[..., AppTest], keeper: Settings) -> None:
    at = visit(opened(), "index")
    at.text_input(key="path").set_value("/no/such/place")
    assert "there is no /no/such/place on the server" in shown(button(at, "Index"))


def test_a_reader_who_sends_a_keepers_act_is_refused(
    opened: Callable[..., AppTest], keeper: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at = visit(opened(), "index")
    at.text_input(key="path").set_value(str(tmp_path))
    monkeypatch.setattr(ui.state, "reader", lambda: Reader(ANNA))
    next(each for each in at.button if each.label == "Index").click()
    at.run()
    assert ui.state.jobs().last is None


def test_one_job_at_a_time() -> None:
    import threading

    jobs, go = Jobs(), threading.Event()
    job = jobs.begin("Indexing", lambda _: "done" if go.wait(5) else "", after=lambda: None)
    with pytest.raises(StoreBusy, match="Indexing is under way"):
        jobs.begin("Repairing", lambda _: "", after=lambda: None)
    go.set()
    while not job.is_over:
        time.sleep(0.02)
    assert (job.said, job.error, job.share) == ("done", "", 1.0)


def test_a_job_that_fails_says_so_in_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def work(_: Any) -> str:
        raise ZeroDivisionError("secret detail")

    job = Jobs().begin("Indexing", work, after=lambda: None)
    while not job.is_over:
        time.sleep(0.02)
    assert "secret detail" not in job.error and "a fault in Reftel" in job.error and "secret detail" in caplog.text


# ── taking files out ─────────────────────────────────────────────────────────────────────────


def test_a_removed_file_takes_its_cables_with_it_and_a_copy_elsewhere_stands_in(
    settings: Settings, index_files: Callable[..., Report], encoder: Any, tmp_path: Path
) -> None:
    from test_page import raw

    only, twice, copy = (tmp_path / name for name in ("only.txt", "twice.txt", "copy.txt"))
    only.write_text(raw("79LAPAZ3227"), encoding="utf-8")
    twice.write_text(raw("07ASTANA3162") + "\n2. More words.\n", encoding="utf-8")
    copy.write_text(raw("07ASTANA3162"), encoding="utf-8")
    index_files(only, twice, copy)
    report = remove([only, twice], settings, encoder=encoder)
    catalog = Catalog(catalog_path(settings.home))
    held = catalog.get("07ASTANA3162")
    assert (report.added, report.removed) == (0, 1)
    assert held and held.source.path == str(copy) and catalog.get("79LAPAZ3227") is None
    assert list(catalog.files()) == [str(copy)]


@pytest.mark.parametrize(
    ("secrets", "authlib", "why"),
    [(False, True, "there is no .*secrets.toml"), (True, False, r"pip install 'reftel\[login\]'")],
)
def test_a_page_that_cannot_ask_who_reads_is_not_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, secrets: bool, authlib: bool, why: str
) -> None:
    settings.home.mkdir()
    if secrets:
        (settings.home / "secrets.toml").write_text("[auth]\n", encoding="utf-8")
    monkeypatch.setattr("ui.web.find_spec", lambda _: authlib or None)
    with pytest.raises(SettingsError, match=why):
        serve(settings.model_copy(update={"sign_in": True}), port=0)
