"""Fixtures of people: text messages kept in memory, and a cache that forgets between tests."""

import dataclasses
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from lingju.people.sms import MemoryGateway, Message


@pytest.fixture(autouse=True)
def sent(settings: Settings) -> Iterator[list[Message]]:
    """Send every text message into a list, and hand that list over."""
    settings.LINGJU = dataclasses.replace(
        settings.LINGJU, sms_gateway="lingju.people.sms.MemoryGateway", mode="test"
    )
    MemoryGateway.sent.clear()
    yield MemoryGateway.sent
    MemoryGateway.sent.clear()
