"""Every address hangs behind a named rule, can be found by its name, and survives the wrong question."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch
from pytest_django import DjangoDbBlocker

from tests.addresses import Address, addresses
from tests.world import World, the_world

ALL = addresses()
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FETCH")
each = pytest.mark.parametrize("address", ALL, ids=[address.route or "/" for address in ALL])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


def test_the_walk_finds_addresses_of_every_module() -> None:
    modules = {address.page.__module__.split(".")[1] for address in ALL if address.name}
    assert modules >= {"site", "people", "places"}
    assert len(ALL) > 40


@each
def test_it_hangs_behind_a_named_rule(address: Address) -> None:
    assert address.rule is not None, f"{address.route}: no @open_to"
    assert address.rule.sentence.strip()


def test_no_two_addresses_are_called_alike() -> None:
    keys = [address.key for address in ALL]
    assert sorted(keys) == sorted(set(keys))


@each
@pytest.mark.django_db
def test_it_is_found_by_its_name(address: Address, world: World) -> None:
    assert address.name, f"{address.route} has no name"
    try:
        assert address.path(world).startswith("/")
    except (NoReverseMatch, KeyError) as lost:
        pytest.fail(f"{address.key}: {lost!r}; say in tests/addresses.py what its parameters are")


@each
@pytest.mark.django_db
def test_it_survives_the_wrong_method(address: Address, world: World) -> None:
    for actor in ("a stranger", "a district officer"):
        browser = world.browser(actor)
        asked = browser.get(address.path(world)).status_code
        for method in METHODS:
            answer = browser.generic(method, address.path(world))
            assert answer.status_code < 500, (actor, method)
            if method == "HEAD":
                assert answer.status_code == asked, actor
                assert not answer.content
