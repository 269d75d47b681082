"""A served demo district and a browser, once for all browser tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these, Chromium itself asks hosts outside at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as a browser test, allowed to reach its own server."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session", autouse=True)
def rows_beside_a_browser() -> Iterator[None]:
    """Let rows be read in the thread in which Playwright runs a loop of its own: between its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix() -> None:
    """Keep the database that a live server shares with its test in a file, as it is kept in use.

    In memory, all threads would have one connection, and with it one transaction: a request that outlived its
    test was in the middle of one when the test's rows were to be taken away.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.LINGJU.var / "live.sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep that file as it was copied; it goes with the folder of the process."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Prepare a demo district in an empty folder and serve it as `lingju start` does; yield its address."""
    folder = tmp_path_factory.mktemp("var")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LINGJU_", "DATABASE_URL", "DJANGO_"))
    }
    surroundings["LINGJU_VAR"] = str(folder)
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "lingju.site", "start", "--port", str(port)],
        env=surroundings,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address, server, folder / "log")
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the site answers; fail with its log if it does not within five minutes."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address + "/healthz", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the site did not come up:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open the system's Chromium."""
    assert CHROMIUM, "Chromium is missing: run tools/system.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def opened(browser: Browser, site: str, cookies: StorageState | None = None) -> BrowserContext:
    """Open a phone: 390 px, Chinese."""
    return browser.new_context(
        base_url=site, viewport={"width": 390, "height": 844}, locale="zh-CN", storage_state=cookies
    )


@pytest.fixture(scope="session")
def at_home(browser: Browser, site: str) -> StorageState:
    """Say once where a resident lives; return what their browser remembers."""
    context = opened(browser, site)
    page = context.new_page()
    page.goto("/here/")
    with page.expect_navigation():
        page.locator("button[name=compound]").first.click()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def at_desk(browser: Browser, site: str) -> StorageState:
    """Come in once through the demo's door as a district officer; return what the browser remembers."""
    context = opened(browser, site)
    page = context.new_page()
    page.goto("/demo/")
    with page.expect_navigation():
        page.click("button[value=demo-district]")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def resident(browser: Browser, site: str, at_home: StorageState) -> Iterator[BrowserContext]:
    """Open the phone of a resident who has said where they live."""
    context = opened(browser, site, at_home)
    yield context
    context.close()


@pytest.fixture
def officer(browser: Browser, site: str, at_desk: StorageState) -> Iterator[BrowserContext]:
    """Open the browser of a district officer who is signed in."""
    context = opened(browser, site, at_desk)
    yield context
    context.close()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """Open the phone of somebody who was never here."""
    context = opened(browser, site)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a page."""
    return context.new_page()
