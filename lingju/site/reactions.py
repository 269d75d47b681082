"""What the root does when it hears a fact: it knows all floors, so it may join them.

A durable reaction is delivered at least once: the message's key is made of what happened, or is the
delivery's own, so that nobody is told twice.
"""

from django.utils.translation import gettext_lazy as _

from lingju.activities.services import signing_up
from lingju.bookings.events import ClaimMade, ClaimMoved, ClaimOffered
from lingju.kernel import durable
from lingju.notify import services, wordings
from lingju.notify.wordings import Wording
from lingju.people.events import OfficeGranted, OfficeRevoked, SecondFactorChanged
from lingju.people.models import Holding
from lingju.places.rules import Office

WORDINGS = (
    Wording("office_granted", _("您有了新的岗位"), _("%(office)s，%(node)s。从“我的”进工作台。")),
    Wording("office_revoked", _("您的一个岗位收回了"), _("%(office)s，%(node)s。有疑问请找授岗的人。")),
    Wording(
        "second_factor_changed",
        _("您的两步验证改过了"),
        _("如果不是您本人改的，请马上联系安全管理员。"),
        is_urgent=True,
    ),
)


def tell_of_office(fact: OfficeGranted | OfficeRevoked) -> None:
    """Tell somebody that an office was given to or taken from them."""
    held = Holding.objects.select_related("area", "station").get(pk=fact.holding_id)
    wording = "office_granted" if isinstance(fact, OfficeGranted) else "office_revoked"
    services.queue(
        district_id=fact.district_id,
        wording=wording,
        key=f"{wording}:{fact.holding_id}",
        recipient_id=fact.account_id,
        params={"office": str(Office(fact.office).label), "node": str(held.node)},
    )


def tell_of_second_factor(fact: SecondFactorChanged) -> None:
    """Tell somebody that their second factor was changed: a thief would not."""
    services.queue(
        district_id=fact.district_id,
        wording="second_factor_changed",
        key=f"second_factor_changed:{durable.current_key()}",
        recipient_id=fact.account_id,
    )


def tell_of_signup(fact: ClaimMade | ClaimMoved | ClaimOffered) -> None:
    """Let activities know that the claim under a sign-up moved."""
    step = fact.step if isinstance(fact, ClaimMoved) else type(fact).__name__.removeprefix("Claim").lower()
    signing_up.claim_moved(fact.claim_id, step)


def register_wordings() -> None:
    """Make the root's own wordings known."""
    wordings.register(*WORDINGS)
