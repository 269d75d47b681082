"""Verbs of offices: grant at a node, take back, lay down."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotThere, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import rules
from lingju.people.events import OfficeGranted, OfficeRevoked
from lingju.people.models import Account, Holding
from lingju.people.services.accounts import refuse_to_lose_the_last_security_admin
from lingju.places.models import Area, Station
from lingju.places.rules import Office
from lingju.trail.services import leave_footprint


@transaction.atomic
def grant_office(
    account: Account, office: Office, *, at: Area | Station, until: dt.date | None = None, actor: Actor
) -> Holding:
    """Let `account` hold `office` at an area (and everything below it) or at one station.

    Granting again what is held already changes the last day, nothing else. Raises NotAllowed where
    the actor may not, or the three admin offices would meet in one account; BadInput where the office
    does not fit the node; SomeoneWasFaster where another hand granted it in the same moment.
    """
    rules.grants(office).check(actor, at)
    if account.pk == actor.account_id:
        raise NotAllowed(_("不能给自己授岗，请另一位有权限的人来办。"))
    if account.district_id != at.district_id or not account.is_active:
        raise NotThere(_("没有找到这个人的账号。"))
    _check_fit(office, at, until)
    # The account's row is the lock: two hands that grant to one person go one after the other.
    Account.objects.select_for_update().get(pk=account.pk)
    _end_what_ran_out(account)
    standing = Holding.objects.filter(account=account, office=office, **_node(at)).standing().first()
    if standing is not None:
        return _extend(standing, until, actor)
    _check_separation(account, office)
    try:
        with transaction.atomic():
            held = Holding.objects.create(
                district_id=at.district_id,
                account=account,
                office=office,
                until=until,
                granted_by_id=actor.account_id,
                **_node(at),
            )
    except IntegrityError:
        raise SomeoneWasFaster(_("刚刚有人给这个人授了岗，请刷新看看。")) from None
    leave_footprint(actor=actor, action="people.grant_office", subject=held, after=_words(held))
    announce(OfficeGranted(held.district_id, held.pk, account.pk, office))
    return held


@transaction.atomic
def revoke_office(held: Holding, *, actor: Actor) -> None:
    """Take an office back, or lay one's own down; it ends at once, in open sessions too.

    Pressed twice by the same person it happens once; of two people one is told.
    """
    office = Office(held.office)
    if held.account_id != actor.account_id:
        rules.grants(office).check(actor, held.node)
    if office == Office.SECURITY_ADMIN:
        refuse_to_lose_the_last_security_admin(held.account)
    standing = Holding.objects.filter(pk=held.pk).standing()
    if not standing.update(revoked_at=clock.now(), revoked_by_id=actor.account_id):
        held.refresh_from_db()
        if held.revoked_by_id == actor.account_id:
            return
        raise SomeoneWasFaster(_("这个岗位已经被别人收回了。"))
    leave_footprint(actor=actor, action="people.revoke_office", subject=held, before=_words(held))
    announce(OfficeRevoked(held.district_id, held.pk, held.account_id, office))


def _extend(held: Holding, until: dt.date | None, actor: Actor) -> Holding:
    if held.until == until:
        return held
    before = {"until": held.until}
    held.until = until
    held.save(update_fields=["until"])
    leave_footprint(
        actor=actor, action="people.extend_office", subject=held, before=before, after={"until": until}
    )
    return held


def _check_fit(office: Office, at: Area | Station, until: dt.date | None) -> None:
    if isinstance(at, Station) and office != Office.KEEPER:
        sentence = _("只有站长可以只管一个站，别的岗位要落在区域上。")
        raise BadInput(sentence, {"at": sentence})
    levels = rules.LEVELS.get(office)
    if levels and isinstance(at, Area) and at.level not in levels:
        where = "、".join(str(Area.Level(level).label) for level in sorted(levels))
        sentence = _("%(office)s要落在%(level)s一级。") % {"office": office.label, "level": where}
        raise BadInput(sentence, {"at": sentence})
    if until is not None and until < clock.today():
        sentence = _("到期日不能是过去的日子。")
        raise BadInput(sentence, {"until": sentence})


def _end_what_ran_out(account: Account) -> None:
    """Close what ended by its date, so that it neither counts as held nor stands in a constraint's way."""
    ended = Holding.objects.filter(account=account, until__lt=clock.today()).standing()
    ended.update(revoked_at=clock.now())


def _check_separation(account: Account, office: Office) -> None:
    if office not in rules.ADMIN_OFFICES:
        return
    others = Holding.objects.filter(account=account, office__in=[str(o) for o in rules.ADMIN_OFFICES])
    if others.standing().exists():
        raise NotAllowed(_("系统、安全、审计三个管理员必须是三个人，这个人已经是其中一个。"))


def _node(at: Area | Station) -> dict[str, Area | Station | None]:
    """Return the two columns of a node."""
    return {"area": None, "station": at} if isinstance(at, Station) else {"area": at, "station": None}


def _words(held: Holding) -> dict[str, object]:
    return {"account": held.account_id, "office": held.office, "stem": held.stem, "until": held.until}
