"""Builders: a notice in somebody's list, a message that did not go out."""

import itertools

from lingju.notify import jobs, services, wordings
from lingju.notify.models import Message, Notice
from lingju.notify.wordings import Wording
from lingju.people.models import Account
from lingju.places.models import District

HELLO = Wording("test.hello", "您好", "%(what)s")
_numbers = itertools.count(1)


def a_notice(reader: Account, words: str = "有您的消息", *, link: str = "") -> Notice:
    """Say something to somebody, and let it arrive in their list."""
    wordings.register(HELLO)
    message = services.queue(
        district_id=reader.district_id,
        recipient_id=reader.pk,
        wording=HELLO.code,
        key=f"hello:{next(_numbers)}",
        params={"what": words},
        link=link,
    )
    jobs.deliver_due()
    return message.notice


def a_stuck_message(district: District, words: str = "查询码 123456", phone: str = "13800001234") -> Message:
    """Say something to a number by a way that ends at accounts, so that it is given up at once."""
    wordings.register(HELLO)
    message = services.queue(
        district_id=district.pk,
        address=phone,
        wording=HELLO.code,
        key=f"stuck:{next(_numbers)}",
        params={"what": words},
    )
    jobs.deliver_due()
    message.refresh_from_db()
    return message
