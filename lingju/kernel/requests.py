"""What a page receives: Django's request, and what the site's middleware has found out about it."""

from typing import Any

from django.http import HttpRequest

from lingju.kernel.rules import Actor


class Request(HttpRequest):
    """A request with who acts, in which district, how pages shall look, and whether htmx asked.

    District, origin and display are typed by the floors that own them; to the kernel they are just there.
    """

    actor: Actor
    account: Any
    district: Any
    origin: Any
    display: Any
    htmx: Any
