"""Speaking as a device does: a message in its envelope, signed and sent."""

import datetime as dt
import json
import uuid
from typing import Any

from django.test import Client

from lingju.places.services.devices import signature_of


def envelope(data: dict[str, Any], when: dt.datetime) -> dict[str, Any]:
    """Return a message as a device writes it."""
    return {"v": 1, "mid": str(uuid.uuid4()), "ts": when.isoformat(), "data": data}


def send(path: str, told: Any, secret: str) -> Any:
    """Send a message under a secret."""
    body = json.dumps(told).encode()
    return Client().post(
        path, body, content_type="application/json", headers={"X-Signature": signature_of(secret, body)}
    )
