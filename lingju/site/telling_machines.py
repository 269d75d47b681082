"""What other systems are told when something happens to a need: which event, of which number, no more.

    {"specversion": "1.0", "type": "need.answered", "subject": "2611-0412", "data": {"number": …}, …}

Ids only: who may know more asks our interface for it, with its own right. Built in the shape of
CloudEvents 1.0; `site.webhooks` sends it.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.ids import new_id
from lingju.needs import events
from lingju.needs.models import Handover, Need
from lingju.needs.services import subscriptions
from lingju.notify import services, wordings
from lingju.notify.wordings import Wording
from lingju.site.webhooks import WEBHOOK

WORDING = Wording("webhook", _("%(event)s"), _("%(body)s"), is_urgent=True)
TYPES: Mapping[type, str] = {
    events.NeedSubmitted: "need.submitted",
    events.NeedSupported: "need.supported",
    events.NeedMoved: "need.moved",
    events.NeedReplied: "need.replied",
    events.NeedAnswered: "need.answered",
    events.NeedJudged: "need.judged",
    events.NeedReopened: "need.reopened",
    events.NeedClosed: "need.closed",
    events.HandoverOffered: "handover.offered",
    events.HandoverDecided: "handover.decided",
}
# What of a fact may travel; the ids of askers and of their verdicts may not.
TOLD = ("step", "round")


def tell_machines(fact: Any) -> None:
    """Queue the event for every subscription that wants it, in the transaction that made it true."""
    event, said = TYPES[type(fact)], f"{new_id():x}"
    for subscription in subscriptions.wanting(fact.district_id, event):
        key = f"webhook:{subscription.pk}:{said}"
        services.queue(
            district_id=fact.district_id,
            wording=WORDING.code,
            key=key,
            address=str(subscription.pk),
            channel=WEBHOOK,
            params={"event": event, "body": body_of(fact, event, said)},
        )


def body_of(fact: Any, event: str, said: str) -> str:
    """Return the event as JSON, as it stays at every try; `said` is its id."""
    need = _need_of(fact)
    data = {"number": need.number, "version": need.version, "is_over": need.is_over}
    data |= {name: getattr(fact, name) for name in TOLD if hasattr(fact, name)}
    if isinstance(fact, events.HandoverOffered | events.HandoverDecided):
        data["handover_id"] = str(fact.handover_id)
    whole = {
        "specversion": "1.0",
        "id": said,
        "source": f"/districts/{need.district.code}/needs",
        "type": event,
        "subject": need.number,
        "time": clock.now().isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _need_of(fact: Any) -> Need:
    if isinstance(fact, events.HandoverOffered | events.HandoverDecided):
        return Handover.objects.select_related("need__district").get(pk=fact.handover_id).need
    return Need.objects.select_related("district").get(pk=fact.need_id)


def register_wordings() -> None:
    """Make the shape of an event known to the outbox."""
    wordings.register(WORDING)
