"""Who may do what with accounts and offices.

    to grant or take back                 one must hold, at the node or above it
    站长 keeper, 社区工作者 clerk            street officer or district officer
    街道干部 street officer                district officer or security admin
    区级干部 district officer               security admin
    三员 the three admins                 security admin

Nobody grants to himself, and the three admin offices are never in one account (C26).
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from lingju.kernel.rules import Actor, Rule, the_system
from lingju.people.models.offices import ADMINS
from lingju.places.models import Area
from lingju.places.rules import CLERKS, OFFICERS, Office, holding

ADMIN_OFFICES = frozenset(ADMINS)
SECURITY = frozenset({Office.SECURITY_ADMIN})
GRANTERS: Mapping[Office, frozenset[Office]] = {
    Office.KEEPER: OFFICERS,
    Office.CLERK: OFFICERS,
    Office.STREET_OFFICER: frozenset({Office.DISTRICT_OFFICER}) | SECURITY,
    Office.DISTRICT_OFFICER: SECURITY,
    Office.SYSTEM_ADMIN: SECURITY,
    Office.SECURITY_ADMIN: SECURITY,
    Office.AUDIT_ADMIN: SECURITY,
}
# An office of the street is held at a street: held higher up it would silently be more.
LEVELS: Mapping[Office, frozenset[str]] = {
    Office.STREET_OFFICER: frozenset({Area.Level.STREET}),
    Office.DISTRICT_OFFICER: frozenset({Area.Level.DISTRICT}),
    Office.SYSTEM_ADMIN: frozenset({Area.Level.DISTRICT}),
    Office.SECURITY_ADMIN: frozenset({Area.Level.DISTRICT}),
    Office.AUDIT_ADMIN: frozenset({Area.Level.DISTRICT}),
}


def second_factor_offices() -> frozenset[Office]:
    """Return the offices that count only in a session opened with a second factor (C25).

    Officers and admins always. Keepers and clerks share a counter's computer and may have no phone of
    their own at hand: for them it is a choice of the district (`PEOPLE_CLERKS_NEED_SECOND_FACTOR`).
    """
    always = OFFICERS | ADMIN_OFFICES
    if getattr(settings, "PEOPLE_CLERKS_NEED_SECOND_FACTOR", False):
        return always | {Office.KEEPER, Office.CLERK}
    return always


def grants(office: Office) -> Rule:
    """Make the sentence: the actor may grant `office` at the node, and take it back."""
    return holding(f"grants_{office}", GRANTERS[office])


def grantable_by(actor: Actor) -> tuple[Office, ...]:
    """Return the offices the actor may grant somewhere, lowest first."""
    return tuple(office for office in Office if grants(office).allows(actor, None))


def _its_own_account(actor: Actor, account: Any) -> bool:
    return bool(actor.is_signed_in and account is not None and account.pk == actor.account_id)


def _resets(actor: Actor, account: Any) -> bool:
    # An account stands at no node: who resets factors holds the office for the whole district.
    return account.district_id == actor.district_id and bool(actor.stems(SECURITY))


grants_roles = holding("grants_roles", OFFICERS | SECURITY)
grants_high_offices = holding("grants_high_offices", SECURITY)
keeps_organisations = holding("keeps_organisations", CLERKS)
its_own_account = Rule("its_own_account", _its_own_account) | the_system
resets_second_factors = Rule("resets_second_factors", _resets)
publishes_texts = holding("publishes_texts", frozenset({Office.DISTRICT_OFFICER, Office.SYSTEM_ADMIN}))
