"""What a session remembers: who came in and when, with which factors, and when it ends by itself.

    nobody ── first factor ──▶ waiting at the second (5 minutes) ── second factor ──▶ inside
       └────── first factor, where the account has no second ───────────────────────▶ inside

Whoever has set up a second factor is not inside before showing it. The session's key is changed on the
way in, and nothing about a person is written into it but ids and times.
"""

from dataclasses import dataclass
from typing import cast

from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from lingju.kernel import clock
from lingju.people.models import Account

BACKEND = "lingju.people.passwords.AccountBackend"
ENTERED, SEEN, FACTOR = "people.entered", "people.seen", "people.factor"
PENDING, CODE, NEXT, NEW_PHONE = "people.pending", "people.code", "people.next", "people.new_phone"
PENDING_SECONDS = 5 * 60
TOUCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a session may lie idle, and how long it may last at all, in seconds."""

    idle: int
    absolute: int


# 等保 asks for both limits (C24); whoever holds an office sees other people's matters.
AT_DESK = Patience(idle=30 * 60, absolute=12 * 3600)
AT_HOME = Patience(idle=8 * 3600, absolute=30 * 24 * 3600)


def now_s() -> int:
    """Return the present moment in whole seconds since 1970."""
    return int(clock.now().timestamp())


def enter(request: HttpRequest, account: Account, *, second_factor: bool) -> None:
    """Let `account` in: a new session key, and the moment from which the session's age counts."""
    kept = {NEXT: request.session.get(NEXT)}
    auth.login(request, account, backend=BACKEND)
    for key in (PENDING, CODE, NEW_PHONE):
        request.session.pop(key, None)
    moment = now_s()
    request.session.update({ENTERED: moment, SEEN: moment, **{k: v for k, v in kept.items() if v}})
    if second_factor:
        mark_second_factor(request.session)


def mark_second_factor(session: SessionBase) -> None:
    """Remember that the second factor was shown in this session."""
    session[FACTOR] = now_s()


def has_second_factor(session: SessionBase) -> bool:
    """Say whether the second factor was shown in this session."""
    return FACTOR in session


def wait_for_second(request: HttpRequest, account: Account) -> None:
    """Remember who has shown the first factor and owes the second."""
    request.session.cycle_key()
    request.session.pop(CODE, None)
    request.session[PENDING] = [account.pk, now_s()]


def waiting_account_id(session: SessionBase) -> int | None:
    """Return whose second factor is awaited, or None where nobody's is, or it took too long."""
    pending = cast(list[int] | None, session.get(PENDING))
    if not pending or now_s() - pending[1] > PENDING_SECONDS:
        return None
    return pending[0]


def is_over(session: SessionBase, patience: Patience) -> bool:
    """Say whether the session has lain idle or lasted for too long."""
    moment = now_s()
    idle = moment - int(session.get(SEEN, 0))
    return idle > patience.idle or moment - int(session.get(ENTERED, 0)) > patience.absolute


def touch(session: SessionBase) -> None:
    """Note that the session is in use; written once a minute at most, to spare the database."""
    if now_s() - int(session.get(SEEN, 0)) >= TOUCH_SECONDS:
        session[SEEN] = now_s()
