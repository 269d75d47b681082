"""Where a form leads when it is done: back to a page of ours, never elsewhere."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, address: str) -> str:
    """Return `address` if it is one of ours, else home."""
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("home")
