"""The channel to other systems: a signed POST of a small JSON event, to an address that may be reached.

    X-Lingju-Event: need.answered
    X-Lingju-Delivery: 1234567890            the same at every try: who has it already may skip it
    X-Lingju-Signature: t=1764158400,v1=…    HMAC-SHA256 over "t.body" with the subscription's secret

A subscriber could name an address inside our own network: the name is resolved here, every address it has
must lie in the open Internet, and the connection goes to the address that was looked at. Redirects are
not followed, what is answered is not read. `LINGJU_WEBHOOK_HOSTS` names hosts inside that may be told.
"""

import hashlib
import hmac
import http.client
import socket
import ssl
from ipaddress import IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from lingju.kernel import clock
from lingju.needs.models import Subscription
from lingju.needs.services.subscriptions import may_be_inside
from lingju.notify.channels import Letter, Undeliverable

WEBHOOK: Final = "webhook"
TIMEOUT_S: Final = 5.0
GONE: Final = 410
MEDIA_TYPE: Final = "application/cloudevents+json; charset=utf-8"
PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = IPv6Network("64:ff9b::/96")
_TRUST: Final = ssl.create_default_context()


class NotAccepted(Exception):
    """The other side answered, but not that it has it."""


def signature(secret: str, body: bytes, moment: int) -> str:
    """Return the header that proves who said it, and when."""
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def is_genuine(header: str, secret: str, body: bytes, *, now: int, tolerance_s: int = 300) -> bool:
    """Say whether a signature is ours and fresh; what a receiver should do, word for word."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdecimal() or abs(now - int(parts["t"])) > tolerance_s:
        return False
    return hmac.compare_digest(signature(secret, body, int(parts["t"])), header)


class WebhookChannel:
    """Tell an address; the outbox tries again later whatever was not accepted."""

    is_loud = False

    def deliver(self, letter: Letter) -> str:
        """Send the event once; return the status that was answered."""
        number = str(letter.message.address or "")
        subscription = Subscription.objects.active().filter(
            pk=number if number.isdecimal() else 0, district_id=letter.message.district_id
        )
        found = subscription.first()
        if found is None:
            raise Undeliverable("the subscription has ended")
        body = letter.body.encode()
        moment = int(clock.now().timestamp())
        headers = {
            "Content-Type": MEDIA_TYPE,
            "User-Agent": "Lingju",
            "X-Lingju-Event": letter.title,
            "X-Lingju-Delivery": str(letter.message.pk),
            "X-Lingju-Signature": signature(str(found.secret), body, moment),
        }
        return _post(urlsplit(found.url), body, headers)


def _post(url: SplitResult, body: bytes, headers: dict[str, str]) -> str:
    status = _status(url, body, headers)
    if status == GONE:
        raise Undeliverable("410: the receiver wants no more")
    if not 200 <= status < 300:
        raise NotAccepted(f"answered {status}")
    return str(status)


def _status(url: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    connection = _connection(url)
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    host, is_inside = url.hostname or "", url.hostname in may_be_inside()
    if url.scheme != "https" and not is_inside:
        raise Undeliverable("only https is told")
    port = url.port or PORTS[url.scheme]
    address = reachable(host, port, is_inside=is_inside)
    if url.scheme == "http":
        return _Pinned(address, host, port)
    return _PinnedTls(address, host, port)


def reachable(host: str, port: int, *, is_inside: bool = False) -> str:
    """Return the address of a host that may be told. Raises Undeliverable for one inside the network."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not is_inside and not all(_is_open(address) for address in addresses):
        raise Undeliverable("the address lies inside the network; LINGJU_WEBHOOK_HOSTS may allow it")
    return addresses[0]


def _is_open(address: str) -> bool:
    found: Any = ip_address(address.partition("%")[0])
    # An IPv4 address may hide in an IPv6 one: ::ffff:127.0.0.1, 2002:7f00:1::, 64:ff9b::7f00:1.
    hidden = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found.version == 6 and found in _NAT64:
        hidden = ip_address(int(found) & 0xFFFFFFFF)
    if hidden is not None and not hidden.is_global:
        return False
    return bool(found.is_global) and not found.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, in the name of its host."""

    def __init__(self, address: str, host: str, port: int) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self.address = address

    def connect(self) -> None:
        """Connect to the address, without asking for the name again."""
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT_S)


class _PinnedTls(_Pinned):
    """The same, with a certificate that must be the host's."""

    def connect(self) -> None:
        """Connect to the address and check the certificate against the name."""
        super().connect()
        self.sock = _TRUST.wrap_socket(self.sock, server_hostname=self.host)
