"""Verbs of organisations: add, edit, let people belong to them."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotThere, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import rules, uscc
from lingju.people.events import OrganisationChanged
from lingju.people.models import Account, Membership, Organisation
from lingju.places.models import Area
from lingju.trail.services import difference, leave_footprint


@dataclass(frozen=True, slots=True)
class Written:
    """What is written about an organisation."""

    name: str
    kind: str
    area: Area
    uscc: str = ""


@transaction.atomic
def add(written: Written, *, actor: Actor) -> Organisation:
    """Add an organisation in an area the actor works for; its code is checked by GB 32100."""
    rules.keeps_organisations.check(actor, written.area)
    values = _values(written)
    _refuse_taken(values["uscc"], written.area.district_id, except_id=None)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(district_id=written.area.district_id, **values)
    except IntegrityError:
        raise SomeoneWasFaster(_("刚刚有人登记了这个组织，请刷新看看。")) from None
    leave_footprint(actor=actor, action="people.add_organisation", subject=organisation)
    announce(OrganisationChanged(organisation.district_id, organisation.pk))
    return organisation


@transaction.atomic
def edit(organisation: Organisation, written: Written, *, version: int, actor: Actor) -> None:
    """Write an organisation anew; `version` is the one the editor saw, and another's edit is not lost."""
    rules.keeps_organisations.check(actor, organisation)
    rules.keeps_organisations.check(actor, written.area)
    values = _values(written)
    _refuse_taken(values["uscc"], organisation.district_id, except_id=organisation.pk)
    before, after = difference(organisation, values)
    if not before:
        return
    seen = Organisation.objects.filter(pk=organisation.pk, version=version)
    if not seen.update(**values, version=F("version") + 1):
        raise SomeoneWasFaster(_("刚刚有人改过这个组织，请先看看他改了什么。"))
    leave_footprint(
        actor=actor, action="people.edit_organisation", subject=organisation, before=before, after=after
    )
    announce(OrganisationChanged(organisation.district_id, organisation.pk))


@transaction.atomic
def let_belong(
    account: Account,
    organisation: Organisation,
    *,
    role: Membership.Role = Membership.Role.MEMBER,
    actor: Actor,
) -> Membership:
    """Let an account belong to an organisation in a role; again with another role changes the role."""
    rules.keeps_organisations.check(actor, organisation)
    if account.district_id != organisation.district_id or not account.is_active:
        raise NotThere(_("没有找到这个人的账号。"))
    membership, is_new = Membership.objects.get_or_create(
        account=account,
        organisation=organisation,
        defaults={"role": role, "district_id": organisation.district_id},
    )
    if not is_new and membership.role == role:
        return membership
    membership.role = role
    membership.save(update_fields=["role"])
    leave_footprint(actor=actor, action="people.let_belong", subject=membership, after={"role": role})
    return membership


def _values(written: Written) -> dict[str, object]:
    name = " ".join(written.name.split())
    if not 2 <= len(name) <= 80:
        sentence = _("名称要 2 到 80 个字。")
        raise BadInput(sentence, {"name": sentence})
    if written.kind not in Organisation.Kind.values:
        sentence = _("请选一个类别。")
        raise BadInput(sentence, {"kind": sentence})
    code = uscc.read(written.uscc) if written.uscc.strip() else None
    return {"name": name, "kind": written.kind, "area": written.area, "uscc": code}


def _refuse_taken(code: object, district_id: int, *, except_id: int | None) -> None:
    if code is None:
        return
    others = Organisation.objects.filter(district_id=district_id, uscc=code)
    if (others.exclude(pk=except_id) if except_id else others).exists():
        sentence = _("这个统一社会信用代码已经登记过了。")
        raise BadInput(sentence, {"uscc": sentence})
