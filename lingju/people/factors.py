"""The second factor, on top of django-allauth's: time-based codes (RFC 6238) and recovery codes.

allauth keeps the secrets and does the arithmetic. This adds what a district needs on top: secrets are
encrypted at rest, a code that was used is refused in every process and not in one process's cache, and
the QR image carries no inline style.
"""

from typing import cast

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.kernel import crypto
from lingju.people.models import Account

PLACE = "mfa.authenticator.secret"
Type = Authenticator.Type


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Let allauth keep its secrets encrypted by the district's key ring."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it may lie in the database."""
        return crypto.ring().encrypt(text, PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return crypto.ring().decrypt(encrypted_text, PLACE)

    def get_totp_issuer(self) -> str:
        """Return the name an authenticator app files the code under."""
        return _("零距离")

    def get_totp_label(self, user: Account) -> str:
        """Return whose code it is, as the app shows it."""
        return user.sign_in_name or user.display_name


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base32."""
    return cast(str, totp.generate_totp_secret())


def address(account: Account, secret: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads."""
    return cast(str, FactorAdapter().build_totp_url(account, secret))


def qr(text: str) -> Markup:
    """Return a QR code as an SVG image that style sheets colour: no style, no width, no colour inside."""
    code = segno.make(text, error="m", micro=False)
    return Markup(  # noqa: S704  segno writes path data only
        code.svg_inline(border=2, svgclass="qr", lineclass="qr-line", omitsize=True)
    )


def code_at(secret: str, step: int) -> str:
    """Return the digits that an app with this secret shows in a 30-second step since 1970 (RFC 6238)."""
    return cast(str, totp.format_hotp_value(totp.hotp_value(secret, step)))


def matching_step(secret: str, typed: str) -> int | None:
    """Return the 30-second step whose code was typed (this one or a neighbour), or None."""
    for counter in totp.yield_hotp_counters_from_time():
        if totp.compare_user_code(actual=typed, expected=code_at(secret, counter)):
            return cast(int, counter)
    return None


def totp_of(account: Account) -> Authenticator | None:
    """Return the account's authenticator, or None where no second factor was set up."""
    return cast(Authenticator | None, Authenticator.objects.filter(user=account, type=Type.TOTP).first())


def has_second_factor(account: Account) -> bool:
    """Say whether the account has a second factor to show."""
    return bool(Authenticator.objects.filter(user=account, type=Type.TOTP).exists())
