"""Many-table reads for the pages of people: offices held, somebody to grant to, consents, my data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.people import own_data, rules
from lingju.people.models import Account, Consent, ConsentText, Holding, Organisation
from lingju.people.personal import personal_fields
from lingju.people.phones import masked
from lingju.people.services import consents as consent_verbs
from lingju.people.services import limits, signing
from lingju.places.models import Area, District, Station
from lingju.places.rules import CLERKS, OFFICERS, Office

NOT_FOUND = gettext_lazy("没有找到。")
RANKS = Office.values


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """One office as a line of the roles page."""

    holding: Holding
    who: str
    office: str
    node: str
    until: dt.date | None
    is_over: bool
    may_revoke: bool
    is_own: bool = False


def offices_under(actor: Actor) -> list[HeldOffice]:
    """Return the offices held at or below the actor's own nodes: one query, however many there are."""
    stems = actor.stems(OFFICERS | rules.SECURITY)
    held = (
        Holding.objects.filter(district_id=actor.district_id)
        .standing()
        .at_nodes(stems)
        .select_related("account", "area", "station__area")
    )
    today = clock.today()
    return [_line(holding, actor, today) for holding in sorted(held, key=_from_the_top)]


def _from_the_top(holding: Holding) -> tuple[str, int, str]:
    """Sort from the district down, the highest office of a node first."""
    return holding.stem, -RANKS.index(holding.office), holding.account.display_name


def _line(holding: Holding, actor: Actor, today: dt.date) -> HeldOffice:
    office = Office(holding.office)
    node = holding.node
    return HeldOffice(
        holding=holding,
        who=holding.account.display_name,
        office=str(office.label),
        node=node.short_name if isinstance(node, Area) else node.name,
        until=holding.until,
        is_over=holding.until is not None and holding.until < today,
        may_revoke=holding.account_id == actor.account_id or rules.grants(office).allows(actor, node),
        is_own=holding.account_id == actor.account_id,
    )


def holding_for(actor: Actor, holding_id: int) -> Holding:
    """Return an office held at or below the actor's nodes; NotThere for any other."""
    stems = actor.stems(OFFICERS | rules.SECURITY)
    found = (
        Holding.objects.filter(district_id=actor.district_id, pk=holding_id)
        .at_nodes(stems)
        .select_related("account__district", "area", "station__area")
        .first()
    )
    if found is None:
        raise NotThere(NOT_FOUND)
    return found


def somebody(typed: str, *, district: District, actor: Actor) -> list[Account]:
    """Return whom an exact phone, sign-in name or full display name means; looks-up are counted.

    Exact on purpose: nobody can page through the residents of a district (C08, C27).
    """
    rules.grants_roles.check(actor, None)
    limits.spend(f"{actor.account_id}", limits.LOOK_UPS, district_id=district.pk)
    exact = signing.by_name_or_phone(typed, district=district)
    if exact is not None:
        return [exact]
    name = " ".join(typed.split())
    return list(Account.objects.active().filter(district=district, display_name=name).order_by("id")[:10])


def active_account(account_id: int, *, district: District) -> Account:
    """Return an active account of the district; NotThere for any other."""
    found = Account.objects.active().filter(pk=account_id, district=district).first()
    if found is None:
        raise NotThere(NOT_FOUND)
    return found


def nodes_for(actor: Actor) -> list[tuple[str, str]]:
    """Return the areas and stations at which the actor may grant something, as (code, words).

    The codes read `area-<id>` and `station-<id>`; areas come indented by their depth.
    """
    stems = actor.stems(OFFICERS | rules.SECURITY)
    areas = [a for a in Area.objects.filter(district_id=actor.district_id) if a.stem.startswith(stems)]
    stations = Station.objects.filter(district_id=actor.district_id).select_related("area")
    least = min((len(a.stem) for a in areas), default=0)
    lines = [(f"area-{a.pk}", "　" * ((len(a.stem) - least) // 3) + a.short_name) for a in areas]
    return lines + [(f"station-{s.pk}", s.name) for s in stations if s.area.stem.startswith(stems)]


def areas_for(actor: Actor) -> list[tuple[str, str]]:
    """Return the areas the actor works for, as `nodes_for` words them."""
    stems = actor.stems(CLERKS)
    areas = [a for a in Area.objects.filter(district_id=actor.district_id) if a.stem.startswith(stems)]
    return [(f"area-{area.pk}", area.short_name) for area in areas]


def node_of(code: str, *, district: District) -> Area | Station:
    """Return the area or station a code of `nodes_for` means; NotThere for any other text."""
    kind, _dash, number = code.partition("-")
    if number.isdecimal() and len(number) < 20:
        model: type[Area] | type[Station] = Station if kind == "station" else Area
        found = model._default_manager.filter(pk=int(number), district=district).first()
        if found is not None:
            return found
    raise NotThere(NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose and how somebody stands to it."""

    text: ConsentText
    consent: Consent | None
    is_older_wording: bool
    may_ask: bool


def purposes_of(account: Account, *, district: District) -> list[Purpose]:
    """Return every purpose of the district with the account's present answer: two queries."""
    latest: dict[str, ConsentText] = {}
    for text in ConsentText.objects.filter(district=district).order_by("purpose", "-version"):
        latest.setdefault(text.purpose, text)
    answers = list(Consent.objects.filter(account=account).select_related("text"))
    return [_purpose(text, [a for a in answers if a.purpose == text.purpose]) for text in latest.values()]


def _purpose(text: ConsentText, answers: Sequence[Consent]) -> Purpose:
    given = next((a for a in answers if a.is_in_force), None)
    return Purpose(
        text=text,
        consent=given,
        is_older_wording=given is not None and given.text_id != text.pk,
        may_ask=given is None and not _is_quiet(answers),
    )


def _is_quiet(answers: Sequence[Consent]) -> bool:
    """Say whether a no is so recent that the question must not be put again (C06)."""
    noes = [a.declined_at or a.withdrawn_at for a in answers]
    since = clock.now() - consent_verbs.QUIET_AFTER_NO
    return any(moment is not None and moment > since for moment in noes)


def has_consent(purpose: str, *, account_id: int | None = None, token: str = "", district: District) -> bool:
    """Say whether somebody agrees to a purpose now; other purposes neither help nor hinder."""
    if account_id is None and not token:
        return False
    given = Consent.objects.in_force().filter(district=district, purpose=purpose)
    if account_id is not None:
        return given.filter(account_id=account_id).exists()
    return given.filter(token_digest=consent_verbs.token_digest(token)).exists()


def organisations_for(actor: Actor) -> list[Organisation]:
    """Return the organisations the actor may see, with their areas: one query."""
    return list(Organisation.objects.visible_to(actor).select_related("area"))


def organisation_for(actor: Actor, organisation_id: int) -> Organisation:
    """Return one of them; NotThere for any other."""
    found = Organisation.objects.visible_to(actor).filter(pk=organisation_id).select_related("area").first()
    if found is None:
        raise NotThere(NOT_FOUND)
    return found


def my_data(account: Account) -> dict[str, Any]:
    """Return everything kept about a person, machine-readable, with what each field is for (C07)."""
    return {
        "exported_at": clock.now(),
        "account": {
            "id": str(account.pk),
            "display_name": account.display_name,
            "sign_in_name": account.sign_in_name,
            "phone": account.phone,
            "created_at": account.created_at,
            "last_sign_in": account.last_login,
        },
        "what_each_field_is_for": _promises(),
        **_ties(account),
        "kept_elsewhere": {
            chapter.code: {"heading": chapter.heading, "rows": chapter.rows}
            for chapter in own_data.chapters(account)
        },
    }


def _ties(account: Account) -> dict[str, list[dict[str, Any]]]:
    """Return what connects an account to others: offices, organisations, consents."""
    return {
        "offices": [
            {
                "office": h.office,
                "at": str(h.node),
                "since": h.since,
                "until": h.until,
                "revoked_at": h.revoked_at,
            }
            for h in account.holdings.select_related("area", "station__area")
        ],
        "organisations": [
            {"organisation": m.organisation.name, "role": m.role, "since": m.since}
            for m in account.memberships.select_related("organisation")
        ],
        "consents": [
            {
                "purpose": c.purpose,
                "title": c.text.title,
                "version": c.text.version,
                "text_sha256": c.text.sha256,
                "given_at": c.given_at,
                "declined_at": c.declined_at,
                "withdrawn_at": c.withdrawn_at,
            }
            for c in account.consents.select_related("text")
        ],
    }


def _promises() -> dict[str, dict[str, str]]:
    """Return what is promised about each personal field of what a holder of an account leaves anywhere."""
    labels = {"people.Account", *(label for keeper in own_data.KEEPERS for label in keeper.holds)}
    return {
        name: {"class": p.kind, "purpose": p.purpose, "basis": p.basis, "kept": p.kept}
        for name, p in personal_fields().items()
        if name.rpartition(".")[0] in labels
    }


def masked_phone(account: Account) -> str:
    """Return the account's phone as others may see it."""
    return masked(account.phone)


def offices_of(account: Account) -> list[HeldOffice]:
    """Return the offices an account holds now, for its own page."""
    held = Holding.objects.filter(account=account).in_force().select_related("area", "station__area")
    return [
        HeldOffice(
            holding=h,
            who="",
            office=str(Office(h.office).label),
            node=str(h.node),
            until=h.until,
            is_over=False,
            may_revoke=True,
        )
        for h in held
    ]
