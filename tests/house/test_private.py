"""What nobody may read: persons on public pages, a phone in a copy of the database, a neighbour's rows.

Also what nobody may ever build: functions that rank, score or clock the people who serve (C37).
"""

import ast
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from pytest_django import DjangoDbBlocker

from lingju.people.models import Account
from lingju.people.personal import stamp_of
from tests.addresses import Address, addresses
from tests.house.source import PACKAGE, own_code
from tests.house.test_matrix import BY_KEY, QUESTIONS, ROWS
from tests.world import ACTORS, World, the_world

PUBLIC = [name for name, (read, _write) in ROWS.items() if read == "yyyyyy"]
DESK = [name for name, (read, _write) in ROWS.items() if read in ("nyyyys", "ny0yys")]
# The demo's door offers parts to play; they are offices, not persons.
PARTS = {"demo_door"}
# Opened by a signed link that only its person was sent: it shows them the answer to their own matter.
OWN_KEY = {"judge_link(token)"}
# Lists every community on purpose: names and counts of areas are public figures of the district.
WHOLE_DISTRICT = {"cover", "cover_print", "cover_sheet", "desk_areas"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


def personal_texts() -> set[str]:
    """Return everything that stamped fields hold, opened, and the ids of accounts."""
    found: set[str] = set()
    for model in apps.get_models():
        names = [field.name for field in model._meta.get_fields() if stamp_of(field) is not None]
        for row in model._default_manager.all() if names else ():
            found |= {str(value) for name in names if (value := getattr(row, name))}
    return found | {str(pk) for pk in Account.objects.all().values_list("pk", flat=True)}


def text_of(browser: Client, address: Address, world: World) -> str:
    """Return what an address answers, headers included; a page that cannot be opened proves nothing."""
    answer = browser.get(address.path(world), QUESTIONS.get(address.key))
    assert answer.status_code == 200, (address.key, answer.status_code)
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{head}\n{unpacked(answer.content)}"


@pytest.mark.django_db
def test_the_search_for_persons_can_find_them(world: World) -> None:
    secrets = personal_texts()
    seen = text_of(world.browser("a district officer"), BY_KEY["roles"], world)
    assert len(secrets) > 4 * len(world.accounts)
    assert {account.display_name for account in world.accounts.values()} & {
        secret for secret in secrets if secret in seen
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(PUBLIC) - PARTS - OWN_KEY))
def test_a_public_page_tells_of_no_person(name: str, world: World) -> None:
    secrets = personal_texts()
    for browser in (world.browser("a stranger"), world.neighbour()):
        seen = text_of(browser, BY_KEY[name], world)
        assert [secret for secret in secrets if secret in seen] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(PUBLIC) - PARTS - OWN_KEY - {"sign_in"}))
def test_a_public_page_tells_a_resident_of_nobody_else(name: str, world: World) -> None:
    me = world.accounts["a resident"]
    own = {me.display_name, me.sign_in_name, str(me.pk)}
    seen = text_of(world.neighbour("a resident"), BY_KEY[name], world)
    assert [secret for secret in personal_texts() - own if secret in seen] == []


@pytest.mark.django_db
def test_the_desk_shows_phones_only_masked(world: World) -> None:
    phones = {account.phone for account in world.accounts.values() if account.phone}
    assert len(phones) >= len(ACTORS) - 1
    for actor in ("a street officer", "a district officer"):
        browser = world.browser(actor)
        for name, (read, _write) in ROWS.items():
            if read[ACTORS.index(actor)] == "y" and not name.startswith(("my_", "me")):
                seen = browser.get(BY_KEY[name].path(world)).content.decode(errors="replace")
                assert [phone for phone in phones if phone in seen] == [], name


@pytest.mark.django_db
def test_a_copy_of_the_database_holds_no_plain_phone(world: World) -> None:
    browser = world.browser("a resident")
    browser.post("/me/phone/", {"phone": "139-1111-2222"})
    Client().post("/sign-in/", {"how": "code", "phone": "13955556666"})
    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if not name.startswith(("django_migrations", "sqlite_"))
        ]
        cells = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    copied = "\n".join(cells)
    phones = {account.phone for account in world.accounts.values() if account.phone}
    assert world.accounts["a resident"].display_name in copied  # the copy does hold the cells
    for phone in phones | {"13911112222", "13955556666"}:
        assert phone not in copied
        assert f"{phone[:3]}-{phone[3:7]}-{phone[7:]}" not in copied


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(DESK) - WHOLE_DISTRICT))
def test_a_clerk_never_sees_the_neighbouring_communitys_rows(name: str, world: World) -> None:
    """Walk the desk with the clerk's own ids; what belongs to the other community must not appear."""
    address = BY_KEY[name]
    answer = world.browser("a clerk of her station").get(address.path(world), QUESTIONS.get(name))
    assert answer.status_code == 200
    seen = unpacked(answer.content)
    assert [word for word in world.elsewhere.names if word in seen] == []


@pytest.mark.django_db
def test_the_search_for_a_neighbours_rows_can_find_them(world: World) -> None:
    found = {
        word
        for name in set(DESK) - WHOLE_DISTRICT
        for word in world.home.names
        if word in unpacked(world.browser("a clerk of her station").get(BY_KEY[name].path(world)).content)
    }
    assert found >= {
        *(world.home.compound.name, world.home.gate.name, world.home.building.name),
        *(world.home.station.name, world.home.facility.name, world.home.organisation.name),
    }


def unpacked(content: bytes) -> str:
    """Return a page as text, and a workbook as the text of its parts."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(part).decode(errors="replace") for part in book.namelist())


# --- functions that will never be built (中办 2024, 整治形式主义为基层减负) --------------------------------
FORBIDDEN = re.compile(
    r"排名|排行|积分|打卡|在线时长|在线时间|活跃度|考核得分|leaderboard|ranking|scoreboard", re.IGNORECASE
)
ORDERS_PERSONS = re.compile(r"score|points|rank|online|streak|last_login|tries|session_round|sign_ins")
# Every number that is kept about a person, and what it is for. A new one needs a sentence here first.
NUMBERS_ABOUT_PERSONS = {
    "people.Account.session_round": "ends all sessions at once",
    "people.SignInCode.tries": "a code is tried five times at most",
    "notify.Message.attempts": "a message is tried again only so often",
    "people.Holding.granted_by_id": "an id: who granted it",
    "people.Holding.revoked_by_id": "an id: who took it back",
    "needs.Wish.version": "of two hands one is told",
    "needs.Wish.value_yuan": "what a wish may cost, of the wish",
    "needs.Wish.round": "how often a wish was offered anew",
    "needs.Need.lon": "where the thing is that is missing",
    "needs.Need.lat": "where the thing is that is missing",
    "needs.Need.due_unknown_year": "a year whose holidays are not announced",
    "needs.Need.version": "of two hands one is told",
    "bookings.Claim.quantity": "how many come, of the booking",
    "bookings.Claim.passed": "how often a smaller party was served before a waiting one: at most twice",
    "bookings.Claim.version": "of two hands one is told",
    "bookings.PhoneCall.version": "of two hands one is told",
    "activities.SignUp.people": "how many come, of the party",
    "activities.SignUp.minors": "how many of them are minors, of the party",
    "activities.SignUp.ring_about": "which change of the session they are to hear of",
    "activities.SignUp.rung_about": "of which change they heard by telephone",
    "activities.Scan.people": "how many came in, of the party at the door",
    "activities.HeadCount.change": "how many were counted, of nobody by name",
    "activities.Certificate.attended": "printed on their own certificate: of how many sessions they were at",
    "activities.Certificate.held": "printed on their own certificate: how many there were",
    "activities.Certificate.minutes": "printed on their own certificate: how long the training was",
    "activities.Question.version": "of two hands one is told",
    "needs.Need.round": "how often the work began anew, of the need and not of a person",
    "volunteering.Volunteer.version": "of two hands one is told",
    "volunteering.Call.wanted": "how many a call wants, of the call",
    "volunteering.Call.min_age": "from what age a call takes people, of the call",
    "volunteering.Call.cause_id": "an id: what the call was opened for",
    "volunteering.Call.version": "of two hands one is told",
    "volunteering.Invitation.version": "of two hands one is told",
    "volunteering.Evidence.number": "the place of a row in its call's chain",
    "volunteering.Evidence.minutes": "what one row says of one call: hours the law asks for",
    "volunteering.ServiceCertificate.minutes": "printed on their own certificate, as the order demands",
    "volunteering.ServiceCertificate.version": "of two hands one is told",
    "cobuilding.Rota.version": "of two hands one is told",
    "cobuilding.Rota.seed": "the run can be repeated, of the solver",
    "cobuilding.Rota.seconds": "how long the solver took",
    "cobuilding.MatchRun.seed": "the run can be repeated, of the solver",
    "cobuilding.MatchRun.seconds": "how long the solver took",
    "market.Tally.change": "visits at a stall, of nobody by name",
}


def about_persons() -> Iterator[type[models.Model]]:
    """Yield our models that are an account or point at one."""
    for model in apps.get_models():
        points_at = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        if model.__module__.startswith("lingju.") and (model is Account or Account in points_at):
            yield model


def is_number(field: Any) -> bool:
    """Say whether a field of ours holds a number that could be compared."""
    numbers = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
    return isinstance(field, numbers) and not field.primary_key and not field.is_relation


def test_no_number_is_kept_about_a_person_without_a_reason() -> None:
    kept = {
        f"{model._meta.label}.{field.name}"
        for model in about_persons()
        for field in model._meta.get_fields()
        if is_number(field)
    }
    assert kept == set(NUMBERS_ABOUT_PERSONS)


def test_no_page_offers_rankings_points_or_clocking_in() -> None:
    """Only the privacy notice may say the words: it promises that there is no such thing."""
    faults = []
    for source in own_code():
        words = [node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant)]
        faults += [(source.path, word) for word in words if isinstance(word, str) and FORBIDDEN.search(word)]
    for page in (page for page in PACKAGE.rglob("*.html") if page.parent.name != "privacy"):
        faults += [(page.name, word) for word in FORBIDDEN.findall(page.read_text(encoding="utf-8"))]
    for address in addresses():
        faults += [(address.route, word) for word in FORBIDDEN.findall(f"{address.route} {address.name}")]
    assert faults == []


def test_nothing_orders_persons_by_how_much_they_do() -> None:
    faults = []
    for source in own_code():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = [a.value for a in node.args if isinstance(a, ast.Constant)]
                by = [word for word in words if isinstance(word, str) and ORDERS_PERSONS.search(word)]
                faults += [(source.path, word) for word in by if node.func.attr in ("order_by", "latest")]
    for model in about_persons():
        faults += [
            (model._meta.label, w) for w in map(str, model._meta.ordering or ()) if ORDERS_PERSONS.search(w)
        ]
    assert faults == []


@pytest.mark.parametrize("sentence", ["本月排名", "积分商城", "上班打卡", "Leaderboard"])
def test_the_register_knows_the_words(sentence: str) -> None:
    assert FORBIDDEN.search(sentence)
