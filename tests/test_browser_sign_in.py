"""Signing in by OpenID Connect, in a real headless Chromium: who gets in, what they may do, what they never see."""

from collections.abc import Iterator

import pytest
from conftest import SAMPLE
from playwright.sync_api import Browser, Page, expect
from serving import ask, chromium, free_port, needs_chromium, served
from signing_in import CLIENT, Provider, provider

pytestmark = [pytest.mark.browser, needs_chromium]

KEEPER, ANNA, STRANGER = "keeper@example.org", "anna@example.org", "stranger@example.org"
SETTINGS = f"""
sign_in = true
keepers = ["{KEEPER}"]
readers."{ANNA}" = {{ ceiling = "CONFIDENTIAL", barred = ["NODIS"] }}
"""
SECRET, SECRET_SUBJECT = "09LUSAKA388", "WHERE THE MISSING FORTY MILLION WENT"


@pytest.fixture(scope="module")
def giver() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, giver: Provider) -> Iterator[str]:
    home, port = tmp_path_factory.mktemp("shared"), free_port()
    (home / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (home / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "of the tests"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "none"\n'
        f'server_metadata_url = "{giver.issuer}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    with served(home, [SAMPLE], port) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, giver: Provider, email: str, **claims: bool) -> None:
    giver.person = {"email": email, **claims}
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()


def views(page: Page) -> list[str]:
    """The views that are offered at the top."""
    page.get_by_role("link", name="Threads", exact=True).wait_for()
    return [name for name in ("Ask", "Cables", "Threads", "Index", "Evaluation")
            if page.get_by_role("link", name=name, exact=True).count()]  # fmt: skip


def test_a_reader_sees_nothing_above_their_ceiling_and_signs_out(page: Page, address: str, giver: Provider) -> None:
    sign_in(page, address, giver, ANNA)
    assert views(page) == ["Ask", "Cables", "Threads"]
    expect(page.locator(".stSidebar")).to_contain_text(f"Signed in as {ANNA}")
    page.goto(f"{address}cables")
    # Of fifty, three are SECRET, and one below that is barred by its NODIS.
    expect(page.locator(".rt-listhead h2")).to_have_text("46 cables")
    assert SECRET not in page.content() and "Secret" not in page.content()
    page.goto(f"{address}?cable={SECRET}")
    expect(page.locator(".rt-masthead")).to_contain_text("Not in this archive, but this cable refers to it")
    page.goto(address)
    ask(page, "Where did the missing forty million go?")
    assert SECRET_SUBJECT not in page.content()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".stMain")).to_contain_text("for those who are known to it")
    page.goto(f"{address}cables")
    expect(page.locator(".stMain")).to_contain_text("for those who are known to it")


def test_a_keeper_keeps_the_index_and_sees_all(page: Page, address: str, giver: Provider) -> None:
    sign_in(page, address, giver, KEEPER)
    assert views(page) == ["Ask", "Cables", "Threads", "Index", "Evaluation"]
    page.goto(f"{address}?cable={SECRET}")
    expect(page.locator(".rt-masthead")).to_contain_text(SECRET_SUBJECT)


@pytest.mark.parametrize(("email", "claims"), [(STRANGER, {}), (KEEPER, {"email_verified": False})])
def test_who_is_not_known_or_not_proved_stays_outside(
    page: Page, address: str, giver: Provider, email: str, claims: dict[str, bool]
) -> None:
    sign_in(page, address, giver, email, **claims)
    expect(page.locator(".stMain")).to_contain_text("may not read this archive")
    assert page.get_by_role("link", name="Cables", exact=True).count() == 0


def test_a_link_to_a_conversation_opens_it_for_who_began_it_only(
    browser: Browser, page: Page, address: str, giver: Provider
) -> None:
    sign_in(page, address, giver, KEEPER)
    ask(page, "Where did the missing forty million go?")
    expect(page.locator(".stMain")).to_contain_text(SECRET)
    link = page.url
    other = browser.new_context()
    reading = other.new_page()
    sign_in(reading, address, giver, ANNA)
    views(reading)
    reading.goto(link)
    reading.locator(".rt-trace").wait_for()
    assert SECRET_SUBJECT not in reading.content()
    other.close()
