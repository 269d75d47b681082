"""Verbs of consent: publish a text, give, decline, withdraw; one purpose at a time, never bundled."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.people import rules
from lingju.people.events import ConsentGiven, ConsentWithdrawn
from lingju.people.models import Account, Consent, ConsentText
from lingju.people.models.consents import ConsentQuerySet
from lingju.people.texts import FIRST_TEXTS
from lingju.places.models import District
from lingju.trail.services import leave_footprint

QUIET_AFTER_NO = dt.timedelta(days=90)  # C06: who said no is not asked again for so long


@transaction.atomic
def publish_text(purpose: str, title: str, text: str, *, district: District, actor: Actor) -> ConsentText:
    """Publish the wording for a purpose as its next version; the same wording again changes nothing."""
    rules.publishes_texts.check(actor, None)
    latest = latest_text(purpose, district=district)
    if latest is not None and (latest.title, latest.text) == (title, text):
        return latest
    if not text.strip():
        raise BadInput(_("同意书不能是空的。"), {"text": _("同意书不能是空的。")})
    texts = ConsentText.objects.filter(district=district, purpose=purpose)
    version = (texts.aggregate(Max("version"))["version__max"] or 0) + 1
    try:
        with transaction.atomic():
            published = ConsentText.objects.create(
                district=district,
                purpose=purpose,
                title=title,
                version=version,
                text=text,
                sha256=ConsentText.digest(text),
            )
    except IntegrityError:
        raise SomeoneWasFaster(_("刚刚有人发布了新的一版，请刷新看看。")) from None
    leave_footprint(
        actor=actor, action="people.publish_text", subject=published, note=f"{purpose} v{version}"
    )
    return published


def latest_text(purpose: str, *, district: District) -> ConsentText | None:
    """Return the wording in use for a purpose."""
    return ConsentText.objects.filter(district=district, purpose=purpose).order_by("-version").first()


def token_digest(token: str) -> str:
    """Return how the token of somebody without an account is kept."""
    return crypto.ring().blind(token, "people.consent.token") if token else ""


@transaction.atomic
def give(text: ConsentText, *, account: Account | None = None, token: str = "", actor: Actor) -> Consent:
    """Write down that somebody agrees to one text; an earlier agreement to an older wording ends by it."""
    _check_who(text, account, token, actor)
    now, mine = clock.now(), _answers(text, account, token).in_force()
    same = mine.filter(text=text).first()
    if same is not None:
        return same
    mine.update(withdrawn_at=now)
    try:
        with transaction.atomic():
            consent = _write(text, account, token, given_at=now)
    except IntegrityError:
        raise SomeoneWasFaster(_("您刚刚已经同意过了。")) from None
    leave_footprint(actor=actor, action="people.give_consent", subject=consent, note=str(text))
    announce(ConsentGiven(text.district_id, consent.pk, consent.account_id, text.purpose))
    return consent


@transaction.atomic
def decline(text: ConsentText, *, account: Account | None = None, token: str = "", actor: Actor) -> Consent:
    """Write down a no, so that the question is not put again soon; other purposes are untouched."""
    _check_who(text, account, token, actor)
    consent = _write(text, account, token, declined_at=clock.now())
    leave_footprint(actor=actor, action="people.decline_consent", subject=consent, note=str(text))
    return consent


@transaction.atomic
def withdraw(consent: Consent, *, actor: Actor, token: str = "") -> None:
    """Take an agreement back; as easy as giving it, and done at once."""
    is_own = consent.account_id is not None and rules.its_own_account.allows(actor, consent.account)
    if not is_own and (not token or consent.token_digest != token_digest(token)):
        raise NotThere(_("没有找到这份同意。"))
    still_given = Consent.objects.filter(pk=consent.pk).in_force()
    if not still_given.update(withdrawn_at=clock.now()):
        raise NotNow(_("这份同意已经收回了。"))
    leave_footprint(actor=actor, action="people.withdraw_consent", subject=consent, note=consent.purpose)
    announce(ConsentWithdrawn(consent.district_id, consent.pk, consent.account_id, consent.purpose))


def _check_who(text: ConsentText, account: Account | None, token: str, actor: Actor) -> None:
    if (account is None) == (not token):
        raise BadInput(_("同意的人要么有账号，要么有一个凭据。"))
    if account is not None:
        rules.its_own_account.check(actor, account)
        if account.district_id != text.district_id:
            raise NotThere(_("没有找到这份同意书。"))


def _answers(text: ConsentText, account: Account | None, token: str) -> ConsentQuerySet:
    return Consent.objects.filter(
        district_id=text.district_id, purpose=text.purpose, account=account, token_digest=token_digest(token)
    )


def _write(
    text: ConsentText,
    account: Account | None,
    token: str,
    *,
    given_at: dt.datetime | None = None,
    declined_at: dt.datetime | None = None,
) -> Consent:
    return Consent.objects.create(
        district_id=text.district_id,
        account=account,
        token_digest=token_digest(token),
        text=text,
        purpose=text.purpose,
        given_at=given_at,
        declined_at=declined_at,
    )


def first_texts(*, district: District) -> list[ConsentText]:
    """Publish the house's own wording for each purpose that has none yet, and return all in use."""
    actor = SystemActor(district_id=district.pk)
    return [
        latest_text(first.purpose, district=district)
        or publish_text(first.purpose, first.title, first.text, district=district, actor=actor)
        for first in FIRST_TEXTS
    ]
