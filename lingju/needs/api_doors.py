"""By which right the API of needs is asked: a key, a code, or the session of somebody at a desk."""

import hashlib
import re
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, APIKeyHeader

from lingju.kernel.errors import NotThere
from lingju.needs.api_shapes import Problem
from lingju.needs.rules import works_at_a_desk
from lingju.needs.services import keys
from lingju.needs.services.keys import KeyHolder

NUMBER: Final = re.compile(r"[0-9]{4}-[0-9]{4,7}")


class WithKey(APIKeyHeader):
    """A key that an officer made on the page 接口密钥; counted, so many writes a minute."""

    param_name = "X-Api-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> KeyHolder:
        """Return which system it is, and count it."""
        return keys.writer_of(request.district, key or "")  # type: ignore[attr-defined]  # of the middleware


class AtTheDesk(APIKeyCookie):
    """The session of somebody who works at a desk; writing needs the CSRF token in X-CSRFToken too."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return who acts, if they work at a desk."""
        actor = request.actor  # type: ignore[attr-defined]  # of the middleware
        works_at_a_desk.check(actor, None)
        return actor


def refusals(*codes: int) -> dict[int, type[Problem]]:
    """Return the refusals of an operation, for its description."""
    return dict.fromkeys(codes, Problem)


def number_of(said: str) -> str:
    """Return a number that may be looked up; refuse what can be none."""
    if not NUMBER.fullmatch(said):
        raise NotThere(_("没有这个编号。"))
    return said


def press_of(holder: KeyHolder, said: str) -> str:
    """Return the key of one press of one system: two systems may choose the same."""
    return f"{holder.system}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
