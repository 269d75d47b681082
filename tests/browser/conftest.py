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
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


def wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the site answers; fail with its log if it does not within two minutes."""
    deadline = time.monotonic() + 120
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


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """Open a phone of a resident who has said where they live."""
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a page whose every request and complaint is noted (see `noted`)."""
    return context.new_page()
