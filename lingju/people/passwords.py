"""The password backend: an account and its password, behind the lock that django-axes keeps.

Which account a typed name means is found before, within its district; the account's id is the name
under which failures are counted, so that nobody gets five more tries by typing the phone instead.
"""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.people.models import Account

REMEMBERED = 5


class AccountBackend(BaseBackend):
    """Check a password against one account."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Account | None:
        """Return the account with the id `credentials["id"]` where the password is right."""
        password = str(credentials.get("password") or "")
        account = self.get_user(credentials.get("id"))
        if account is None:
            # As much work as for an account that exists, so that time tells nothing (timing oracle).
            make_password(password)
            return None
        return account if account.check_password(password) else None

    def get_user(self, user_id: Any) -> Account | None:
        """Return the active account with this id."""
        if not str(user_id).isdecimal():
            return None
        return Account.objects.active().filter(pk=int(user_id)).first()


class NotUsedLately:
    """A password policy: none of the last five passwords is chosen again (C23)."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError where `password` is one of the account's last five."""
        if user is None or user._state.adding:
            return
        past = user.past_passwords.values_list("digest", flat=True)[:REMEMBERED]
        if any(check_password(password, digest) for digest in (user.password, *past)):
            raise ValidationError(_("这个密码最近用过，请换一个新的。"), code="password_used_lately")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return ngettext(
            "不能和最近 %(count)d 个密码一样。", "不能和最近 %(count)d 个密码一样。", REMEMBERED
        ) % {"count": REMEMBERED}
