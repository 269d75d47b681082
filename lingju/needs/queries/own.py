"""What needs keeps of a person: the matters they said or stand behind, the wishes they promised to fulfil."""

from django.utils.translation import gettext as _

from lingju.needs.models import Asker, Claim
from lingju.needs.queries import sight
from lingju.needs.queries.sight import Sight
from lingju.people.models import Account
from lingju.people.own_data import Chapter, Row


def given(account: Account) -> tuple[Chapter, ...]:
    """Return the matters and the promises of an account, the newest first."""
    beside = ("need__category", "need__compound", "need__area")
    askers = Asker.objects.filter(account=account).select_related(*beside).prefetch_related("askings")
    claims = Claim.objects.filter(account=account).select_related("wish")
    seen = sight.sights(list(askers.order_by("-id"))).values()
    return (
        Chapter("matters", _("我说过、支持过的事"), tuple(_matter(one) for one in seen)),
        Chapter("wishes", _("我认领过的微心愿"), tuple(_promise(claim) for claim in claims)),
    )


def _matter(seen: Sight) -> Row:
    """Return one matter as its person sees it: of what somebody else said, what the list shows."""
    asker, need = seen.asker, seen.asker.need
    own = {"said": need.said, "place_note": need.place_note} if asker.is_author else {}
    return {
        "number": need.number,
        "title": seen.title,
        "role": asker.role,
        "joined_at": asker.joined_at,
        **own,
        "called": asker.called,
        "phone": asker.phone,
        "told_by": asker.by,
        "verdict": asker.confirmation,
        "verdicts": [
            {
                "round": asking.round,
                "asked_at": asking.asked_at,
                "answered_at": asking.answered_at,
                "verdict": asking.result,
                "solved": asking.solved,
                "why": asking.why,
            }
            for asking in asker.askings.all()
        ],
    }


def _promise(claim: Claim) -> Row:
    return {
        "wish": claim.wish.public_text,
        "claimed_at": claim.claimed_at,
        "promised_on": claim.promised_on,
        "contacted_at": claim.contacted_at,
        "state": claim.state,
    }
