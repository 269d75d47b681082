"""What the tests themselves stand on: no network, no other folder than their own, no real database."""

import os
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_socket import SocketConnectBlockedError

from lingju.kernel import facts
from tests.house.source import ROOT, own_code


def test_a_test_reaches_no_other_machine() -> None:
    with socket.socket() as line, pytest.raises((SocketConnectBlockedError, UserWarning)):
        line.connect(("192.0.2.1", 80))  # TEST-NET-1: it answers nobody, should the guard be gone


def test_a_test_may_reach_a_server_it_started_itself() -> None:
    with socket.socket() as server, socket.socket() as line:
        server.bind(("127.0.0.1", 0))
        server.listen()
        line.connect(server.getsockname())


def test_a_test_writes_into_a_folder_of_its_own() -> None:
    var = Path(settings.LINGJU.var)
    assert settings.LINGJU.mode == "test"
    assert var.is_dir()
    assert str(var) == os.environ["LINGJU_VAR"]  # this process's own, not the one that started it
    assert not var.is_relative_to(ROOT)


@pytest.mark.django_db
def test_a_test_writes_into_a_database_of_its_own() -> None:
    name = str(connection.settings_dict["NAME"])
    assert "memory" in name or name.startswith("test_") or "/test_" in name


class Bent:
    """A fact that only this file knows."""


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_bends_is_straight_in_the_next(turn: int) -> None:
    assert translation.get_language() == "zh-hans"
    assert cache.get("bent") is None
    assert Bent not in facts.hearings()
    translation.activate("en")
    cache.set("bent", turn)
    facts.when(Bent, at_once=print)
    assert Bent in facts.hearings()


def test_only_the_storyteller_of_the_demo_turns_the_clock_back() -> None:
    callers = {source.path for source in own_code() if "told_at(" in source.text}
    assert callers - {"lingju/kernel/clock.py"} <= {s.path for s in own_code() if "/site/demo/" in s.path}
