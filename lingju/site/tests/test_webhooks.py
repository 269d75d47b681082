"""Webhooks: told once, signed, never into our own network, tried again until it is accepted."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Subscription
from lingju.needs.services import subscriptions
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.notify import jobs
from lingju.notify.channels import Undeliverable
from lingju.notify.models import Message
from lingju.people.tests import cast
from lingju.site.webhooks import is_genuine, reachable, signature

pytestmark = pytest.mark.django_db


@dataclass
class Receiver:
    """Another system on this machine: keeps what it is told and answers a status."""

    url: str
    status: int = 204
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.told.append((dict(self.headers), body))
            self.send_response(here.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    here = Receiver(f"http://127.0.0.1:{server.server_port}/hook?from=lingju")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.LINGJU = replace(configured.LINGJU, webhook_hosts=("127.0.0.1",))
    yield here
    server.shutdown()
    server.server_close()


def a_subscription(quarter: Quarter, url: str, *events: str) -> tuple[Subscription, str]:
    return subscriptions.add(
        quarter.district,
        "区数据平台",
        url,
        events or ("need.submitted",),
        actor=cast.the_system(quarter.district),
    )


def test_a_receiver_is_told_of_a_need_by_its_number_alone(receiver: Receiver) -> None:
    quarter = builders.a_quarter()
    _subscription, secret = a_subscription(quarter, receiver.url)
    need = builders.a_need(quarter, "三号楼门口的路灯不亮，找张桂兰")
    assert jobs.deliver_due() == 1
    ((headers, body),) = receiver.told
    said = json.loads(body)
    assert (said["specversion"], said["type"]) == ("1.0", "need.submitted")
    assert said["data"] == {"number": need.number, "version": need.version, "is_over": False}
    assert "路灯" not in body.decode()
    assert "1380000" not in body.decode()
    assert headers["X-Lingju-Event"] == "need.submitted"
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    now = int(clock.now().timestamp())
    assert is_genuine(headers["X-Lingju-Signature"], secret, body, now=now)


def test_who_did_not_subscribe_to_an_event_is_not_told(receiver: Receiver) -> None:
    quarter = builders.a_quarter()
    a_subscription(quarter, receiver.url, "need.closed")
    builders.a_need(quarter)
    assert jobs.deliver_due() == 0
    assert Message.objects.filter(channel="webhook").count() == 0


def test_what_was_taken_back_is_not_told(receiver: Receiver) -> None:
    quarter = builders.a_quarter()
    a_subscription(quarter, receiver.url)
    with transaction.atomic():
        builders.a_need(quarter)
        transaction.set_rollback(True)
    assert jobs.deliver_due() == 0


@pytest.mark.parametrize("status", [302, 400, 500])
def test_what_was_not_accepted_is_tried_again_under_the_same_delivery(
    receiver: Receiver, status: int
) -> None:
    quarter = builders.a_quarter()
    _subscription, secret = a_subscription(quarter, receiver.url)
    builders.a_need(quarter)
    receiver.status = status
    assert jobs.deliver_due() == 0
    receiver.status = 200
    Message.objects.filter(channel="webhook").update(not_before=clock.now())
    assert jobs.deliver_due() == 1
    (first, body), (second, again) = receiver.told
    assert first["X-Lingju-Delivery"] == second["X-Lingju-Delivery"]
    assert body == again
    assert is_genuine(second["X-Lingju-Signature"], secret, again, now=int(clock.now().timestamp()))


def test_a_receiver_that_is_gone_is_not_asked_again(receiver: Receiver) -> None:
    quarter = builders.a_quarter()
    a_subscription(quarter, receiver.url)
    builders.a_need(quarter)
    receiver.status = 410
    jobs.deliver_due()
    assert Message.objects.get(channel="webhook").state == Message.State.PARKED


def test_after_the_end_of_a_subscription_nothing_is_sent_and_no_secret_is_kept(receiver: Receiver) -> None:
    quarter = builders.a_quarter()
    subscription, _secret = a_subscription(quarter, receiver.url)
    builders.a_need(quarter)
    subscriptions.end(subscription, actor=cast.the_system(quarter.district))
    jobs.deliver_due()
    assert receiver.told == []
    assert Message.objects.get(channel="webhook").state == Message.State.PARKED
    assert Subscription.objects.get(pk=subscription.pk).secret == ""
    with pytest.raises(NotNow):
        subscriptions.end(subscription, actor=cast.the_system(quarter.district))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:127.0.0.1"),
        *("fd00::1", "fe80::1", "64:ff9b::7f00:1", "2002:7f00:1::1", "100.64.0.1", "224.0.0.1", "localhost"),
    ],
)
def test_no_address_inside_the_network_is_reached(address: str) -> None:
    with pytest.raises(Undeliverable):
        reachable(address, 443)


def test_a_host_is_inside_if_one_of_its_addresses_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server may answer with an open address and a closed one: the closed one decides."""
    two = [(2, 1, 6, "", (host, 443)) for host in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: two)
    with pytest.raises(Undeliverable):
        reachable("example.com", 443)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: two[:1])
    assert reachable("example.com", 443) == "93.184.216.34"


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/x", "ftp://example.com", "https://", "https://u:p@example.com/"),
        *("javascript:alert(1)", "https://例子.中国/", "https://a b/", "https://example.com:0/"),
        *("https://e.com:99999/", "https://[::1", "https://example.com/" + "x" * 300),
        *("https://example.com/\r\nX: y", ""),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_in_words(url: str) -> None:
    quarter = builders.a_quarter()
    with pytest.raises(BadInput) as refused:
        a_subscription(quarter, url)
    assert str(refused.value).endswith("。")


def test_an_address_subscribes_once_and_says_to_what() -> None:
    quarter = builders.a_quarter()
    a_subscription(quarter, "https://example.com/hook")
    with pytest.raises(BadInput):
        a_subscription(quarter, "https://example.com/hook")
    with pytest.raises(BadInput):
        a_subscription(quarter, "https://example.com/other", "need.unheard_of")


def test_only_the_district_subscribes() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(NotAllowed):
        subscriptions.add(
            quarter.district,
            "别处",
            "https://example.com/",
            ("need.closed",),
            actor=quarter.officer_actor,
        )


def test_a_signature_tells_another_secret_another_body_and_an_old_one() -> None:
    header = signature("secret", b"{}", 1000)
    assert is_genuine(header, "secret", b"{}", now=1100)
    assert not is_genuine(header, "other", b"{}", now=1100)
    assert not is_genuine(header, "secret", b"[]", now=1100)
    assert not is_genuine(header, "secret", b"{}", now=9000)
    assert not is_genuine("t=x,v1=", "secret", b"{}", now=1000)
