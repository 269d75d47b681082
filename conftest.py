"""What every test stands on: test mode, a private var folder, no network, nothing left from the test before.

The settings are read when Django starts, so the environment is made here first; that is why no setting of
pytest names the settings module (pytest-django would read it before this file).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from pytest_django import DjangoDbBlocker

LOOPBACK = "127.0.0.1,::1"


def private_folder() -> Path:
    """Return a var folder that no other process of this run uses."""
    folder = Path(tempfile.mkdtemp(prefix="lingju-test-"))
    (folder / "static").mkdir()
    (folder / "streets").mkdir()
    return folder


os.environ["LINGJU_MODE"] = "test"
os.environ["LINGJU_VAR"] = str(private_folder())
os.environ["LINGJU_SMS_GATEWAY"] = "lingju.people.sms.MemoryGateway"
os.environ["LINGJU_DISTRICT"] = "140404"
os.environ["DJANGO_SETTINGS_MODULE"] = "lingju.site.settings"
django.setup()
# The processes of xdist inherit this environment; found there, pytest-django would read the settings before
# this file has given the process a folder of its own.
del os.environ["DJANGO_SETTINGS_MODULE"]

from django.conf import settings  # noqa: E402  settings exist only from here on
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402

from lingju.kernel import facts  # noqa: E402
from lingju.kernel.facts import Hearing  # noqa: E402
from lingju.people.sms import MemoryGateway  # noqa: E402
from lingju.places import walking  # noqa: E402
from tests.ready_made import begun_from_a_copy  # noqa: E402

# Without one of these or its marker, pytest-django refuses a test every look at a database.
OPENS_THE_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let tests reach this machine alone, whatever the command line says."""
    config.option.allow_hosts = LOOPBACK
    config.option.allow_unix_socket = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run on PostgreSQL what looks at a database; all else has passed on SQLite, and would do the same."""
    if connection.vendor == "sqlite":
        return
    config.hook.pytest_deselected(items=[item for item in items if not looks_at_a_database(item)])
    items[:] = [item for item in items if looks_at_a_database(item)]


def looks_at_a_database(item: pytest.Item) -> bool:
    """Say whether a test may reach the database at all."""
    fixtures = getattr(item, "fixturenames", ())
    return bool(item.get_closest_marker("django_db") or OPENS_THE_DATABASE.intersection(fixtures))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_use_migrations: bool,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Let the tests' database begin as a copy of one that was migrated before."""
    if not django_db_use_migrations:
        yield
        return
    with django_db_blocker.unblock(), begun_from_a_copy(request.config.cache.mkdir("database")):
        yield


def pytest_unconfigure() -> None:
    """Take the private folder away."""
    shutil.rmtree(settings.LINGJU.var, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Begin each test in Chinese, with the wiring of the house and with empty memories; leave it so."""
    wired = {
        fact: Hearing([*heard.at_once], [*heard.durably], [*heard.after_commit])
        for fact, heard in facts.hearings().items()
    }
    carriers = [*facts._post]
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)
    facts._hearings.clear()
    facts._hearings.update(wired)
    facts._post[:] = carriers
    walking._kept.towns.clear()
    cache.clear()
    MemoryGateway.sent.clear()
