"""What goes to a telephone under which somebody signed up twice: the page that was filled in tells nobody.

Whoever has the telephone in hand decides which of them to keep; each receipt had its own number and code.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from lingju.activities.events import SignedUp
from lingju.activities.models import SignUp
from lingju.activities.services import signing_up
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.places import hours
from lingju.site import texting

WORDINGS = (
    Wording(
        "signup_twice",
        gettext_lazy("报了不止一次"),
        gettext_lazy(
            "%(what)s，%(when)s：这个手机号一共报了 %(times)s 份、%(people)s 个人。"
            "多报的请取消，位子让给别人：%(link)s"
        ),
    ),
)


def tell_twice(fact: SignedUp) -> None:
    """Say to a telephone that it has signed up for one session more than once, and how to take one back."""
    rows = SignUp.objects.select_related("claim", "session").filter(pk=fact.signup_id)
    signup = rows.first()
    if signup is None or signup.claim.by != Claim.By.SMS or not signup.claim.phone:
        return
    together = signing_up.under_one_phone(signup)
    if len(together) < 2:
        return
    services.queue(
        district_id=fact.district_id,
        wording="signup_twice",
        key=f"signup_twice:{signup.pk}",
        address=str(signup.claim.phone),
        channel=channels.SMS,
        params={
            "what": signup.session.title,
            "when": hours.clock_words(signup.session.starts_at, clock.now()),
            "times": len(together),
            "people": sum(one.people for one in together),
            "link": texting.address(reverse("activity_find")),
        },
    )
