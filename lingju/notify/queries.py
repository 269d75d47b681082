"""What the pages of notify read: somebody's own notices, and the messages that did not go out."""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.notify import channels, wordings
from lingju.notify.models import Message, Notice
from lingju.people import phones
from lingju.people.models import Account
from lingju.people.own_data import Chapter

MOST_COUNTED: Final = 100


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that did not go out, as an officer may see it: to whom, not what it says."""

    message: Message
    title: str
    reader: str
    channel: str


def unread(actor: Actor) -> int:
    """Return how many notices the actor has not read, a hundred at most; a stranger costs no query."""
    if actor.account_id is None:
        return 0
    return Notice.objects.visible_to(actor).unread().order_by()[:MOST_COUNTED].count()


def given(account: Account) -> tuple[Chapter, ...]:
    """Return the messages an account was sent, as it reads them (C07)."""
    rows = Notice.objects.filter(account=account)
    told = tuple({"title": row.title, "body": row.body, "at": row.at, "read_at": row.read_at} for row in rows)
    texts = Message.objects.filter(recipient=account, channel=channels.SMS)
    sent = tuple({"about": _title(row), "state": row.state, "sent_at": row.sent_at} for row in texts)
    return (Chapter("notices", _("我的消息"), told), Chapter("texts", _("发给我的短信"), sent))


def notice_of(actor: Actor, notice_id: int) -> Notice:
    """Return one of the actor's own notices; anybody else's is not there."""
    found: Notice | None = Notice.objects.visible_to(actor).filter(pk=notice_id).first()
    if found is None:
        raise NotThere(_("没有这条消息。"))
    return found


def stuck(actor: Actor) -> QuerySet[Message]:
    """Return the messages of the actor's district that did not go out, newest first."""
    rows = Message.objects.stuck().filter(district_id=actor.district_id)
    return rows.select_related("recipient").order_by("-id")


def message_of(actor: Actor, message_id: int) -> Message:
    """Return a message of the actor's district; another's is not there."""
    found: Message | None = Message.objects.filter(pk=message_id, district_id=actor.district_id).first()
    if found is None:
        raise NotThere(_("没有这条消息。"))
    return found


def told(message: Message) -> Stuck:
    """Return a message as the page shows it: its words are between the house and its reader."""
    reader = message.recipient.display_name if message.recipient is not None else ""
    return Stuck(message, _title(message), reader or _address(message), _channel(message.channel))


def _title(message: Message) -> str:
    try:
        return wordings.find(message.wording).filled(message.gaps)[0]
    except KeyError:
        return message.wording  # written by a version of the house that had this wording


def _address(message: Message) -> str:
    address = str(message.address or "")
    return phones.masked(address) if phones.is_mobile(address) else address


def _channel(code: str) -> str:
    names = {channels.SMS: _("短信"), channels.IN_APP: _("站内消息"), channels.CONSOLE: _("日志")}
    return names.get(code, code)
