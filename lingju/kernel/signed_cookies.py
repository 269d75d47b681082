"""What a browser keeps for us: a word that the house signed. Altered or absent, it says nothing.

SignedCookie   one word: where somebody starts walking, the numbers they drew
Held           rows of theirs, by number; on a shared screen one row, for ten minutes
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from lingju.kernel import clock
from lingju.kernel.requests import Request

DAY_S = 24 * 3600
YEAR_S = 365 * DAY_S
LENT_S = 10 * 60


@dataclass(frozen=True, slots=True)
class SignedCookie:
    """A cookie by its name; the salt keeps the word of one from being taken for the word of another."""

    name: str
    salt: str

    def read(self, request: Request) -> str:
        """Return the word as it was written; nothing where it was altered."""
        try:
            return signing.Signer(salt=self.salt).unsign(request.COOKIES.get(self.name, ""))
        except signing.BadSignature:
            return ""

    def numbers(self, request: Request) -> list[int]:
        """Return the numbers that were written; none where any of them is no number."""
        try:
            return [int(word) for word in self.read(request).split("_") if word]
        except ValueError:
            return []

    def write(self, response: HttpResponse, word: object, max_age_s: int | None) -> None:
        """Let the browser keep a word so long; None until it is closed."""
        response.set_cookie(
            self.name,
            signing.Signer(salt=self.salt).sign(str(word)),
            max_age=max_age_s,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

    def forget(self, response: HttpResponse) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self.name, samesite="Lax")


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that a browser stands for, newest first, `most` at the most; a shared screen is lent one."""

    own: SignedCookie
    lent: SignedCookie
    most: int

    def ids(self, request: Request) -> list[int]:
        """Return the ids of the rows this browser stands for; while a screen is lent one, of that alone."""
        lent = self.lent_to(request)
        return [lent] if lent is not None else self._own(request)

    def keep(self, response: HttpResponse, request: Request, *ids: int) -> None:
        """Let this browser stand for some more rows."""
        all_ids = [*ids, *(known for known in self._own(request) if known not in ids)]
        self.own.write(response, "_".join(map(str, all_ids[: self.most])), YEAR_S)

    def lend(self, response: HttpResponse, row_id: int) -> None:
        """Let a shared screen stand for one row for ten minutes, and for none once it is closed."""
        self.lent.write(response, f"{row_id}_{clock.epoch_ms() // 1000 + LENT_S}", None)

    def lent_to(self, request: Request) -> int | None:
        """Return the row that a shared screen stands for just now, or None."""
        said = self.lent.numbers(request)
        return said[0] if len(said) == 2 and said[1] > clock.epoch_ms() // 1000 else None

    def forget(self, response: HttpResponse) -> None:
        """Forget all of them."""
        self.own.forget(response)
        self.lent.forget(response)

    def _own(self, request: Request) -> list[int]:
        return self.own.numbers(request)[: self.most]
