"""What activities keeps of a person: sign-ups, when they came and went, certificates."""

from django.utils.translation import gettext as _

from lingju.activities.models import Certificate, GuardianConsent, OutsideCertificate, SignUp
from lingju.bookings.queries.own import person_of
from lingju.people.models import Account
from lingju.people.own_data import Chapter, Row


def given(account: Account) -> tuple[Chapter, ...]:
    """Return the sign-ups of an account with what was noted at the door, and the papers it holds."""
    mine = SignUp.objects.filter(claim__account=account)
    beside = ("claim", "session__station", "session__space", "guardian")
    signups = mine.select_related(*beside).prefetch_related("scans").order_by("-id")
    papers = Certificate.objects.filter(signup__in=mine)
    outside = OutsideCertificate.objects.filter(signup__in=mine)
    certificates = (*(_certificate(one) for one in papers), *(_outside(one) for one in outside))
    return (
        Chapter("signups", _("我报名的活动"), tuple(_signup(one) for one in signups)),
        Chapter("certificates", _("我的结业证明"), certificates),
    )


def _signup(signup: SignUp) -> Row:
    guardian: GuardianConsent | None = getattr(signup, "guardian", None)
    return {
        "number": signup.claim.number,
        "what": signup.session.title,
        "where": signup.session.where,
        "starts_at": signup.session.starts_at,
        "signed_up_at": signup.signed_up_at,
        "people": signup.people,
        "minors": signup.minors,
        "state": signup.claim.state,
        **person_of(signup.claim),
        "guardian": _guardian(guardian) if guardian is not None else None,
        "at_the_door": [{"kind": one.kind, "at": one.at, "people": one.people} for one in signup.scans.all()],
    }


def _guardian(guardian: GuardianConsent) -> Row:
    return {
        "called": guardian.called,
        "phone": guardian.phone,
        "relation": guardian.relation,
        "photos_allowed": guardian.photos_allowed,
        "consented_at": guardian.consented_at,
    }


def _certificate(paper: Certificate) -> Row:
    return {
        "number": paper.number,
        "called": paper.called,
        "title": paper.title,
        "attended": paper.attended,
        "held": paper.held,
        "minutes": paper.minutes,
        "issued_on": paper.issued_on,
        "revoked_at": paper.revoked_at,
    }


def _outside(paper: OutsideCertificate) -> Row:
    return {
        "number": paper.number,
        "called": paper.called,
        "issuer": paper.issuer,
        "issued_on": paper.issued_on,
        "valid_until": paper.valid_until,
    }
