"""What surrounds a request (its id, the network address), remembered so that footprints can name it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse

from lingju.kernel.ids import new_id

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The request in which something happens; empty in jobs and commands."""

    request_id: str = ""
    address: str | None = None


_current: ContextVar[Surroundings] = ContextVar("surroundings", default=Surroundings())  # noqa: B039 (frozen)


def current() -> Surroundings:
    """Return what surrounds the running code."""
    return _current.get()


@contextmanager
def within(surroundings: Surroundings) -> Iterator[None]:
    """Let everything inside the block happen within `surroundings`."""
    token = _current.set(surroundings)
    try:
        yield
    finally:
        _current.reset(token)


def _address(request: HttpRequest) -> str | None:
    """Return the peer's address; a proxy's word counts only if the server was told to believe it."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


class SurroundingsMiddleware:
    """Remember the request's id and address; answer with the id, so that a caller can quote it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request within its surroundings."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else f"{new_id():x}"
        with within(Surroundings(request_id, _address(request))):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
