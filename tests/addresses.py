"""Every address of the site, found by walking the URL patterns; what an address needs to be opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lingju.bookings.mine import offer_token
from lingju.cobuilding.services import turns_feed
from lingju.kernel.rules import Rule
from lingju.market import passes as market_passes
from lingju.needs import mine
from lingju.places.hsds_rows import uuid_of
from lingju.volunteering.mine import token_of
from lingju.volunteering.passes import place_code
from tests.world import World


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its route, its parameters, the page it calls."""

    name: str
    route: str
    parameters: tuple[str, ...]
    page: Callable[..., HttpResponse]

    @property
    def key(self) -> str:
        """Return how tables call it: the name, and what it takes where two share a name."""
        return f"{self.name}({', '.join(self.parameters)})" if self.parameters else self.name

    @property
    def rule(self) -> Rule | None:
        """Return the rule that guards it, or None where none does."""
        rule = getattr(self.page, "rule", None)
        return rule if isinstance(rule, Rule) else None

    def path(self, world: World) -> str:
        """Return the address that leads to the home quarter's rows."""
        known = arguments(world)
        return reverse(self.name, kwargs={name: known[name] for name in self.parameters})


def addresses() -> list[Address]:
    """Return every address, by walking down from the root."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, above: str, space: str) -> Iterator[Address]:
    space = f"{space}{resolver.namespace}:" if resolver.namespace else space
    for entry in resolver.url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route, space)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            yield Address(name, route, tuple(entry.pattern.converters), entry.callback)


def arguments(world: World) -> dict[str, Any]:
    """Return the value of every parameter that addresses take; the home quarter's, the resident's."""
    home = world.home
    return {
        "slug": home.station.slug,
        "code": home.station.slug,
        "version": "2026-11-06",
        "account_id": world.accounts["a resident"].pk,
        "holding_id": world.accounts["a clerk of her station"].holdings.get().pk,
        "organisation_id": home.organisation.pk,
        "area_id": home.area.pk,
        "compound_id": home.compound.pk,
        "gate_id": home.gate.pk,
        "building_id": home.building.pk,
        "station_id": home.station.pk,
        "facility_id": home.facility.pk,
        "tab": "life",
        "sheet": "buildings",
        "ticket": "x" * 22,
        "edition": "3.1",
        "listing": "services",
        "uuid": uuid_of("service", home.station.offers.earliest("pk").service_id),
        **needs_arguments(world),
        **activities_arguments(world),
        **learnt_arguments(world),
        **bookings_arguments(world),
        **volunteering_arguments(world),
        **cobuilding_arguments(world),
        **market_arguments(world),
    }


def bookings_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of bookings take; the home quarter's."""
    to_book = world.home.booked
    return {
        "bookable_id": to_book.bookable.pk,
        "claim_number": to_book.claim.number,
        "offer_token": offer_token(to_book.offered),
        "claim_id": to_book.claim.pk,
        "pool_id": to_book.pool.pk,
        "ticket_id": to_book.ticket.pk,
        "repeat_id": to_book.series.pk,
    }


def volunteering_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of volunteering take; the home quarter's."""
    helping = world.home.volunteered
    return {
        "call_id": helping.call.pk,
        "volunteer_id": helping.volunteer.pk,
        "team_id": helping.team.pk,
        "paper_id": helping.paper.pk,
        "paper_number": helping.paper.number,
        "invitation_token": token_of(helping.invitation),
        "place_code": place_code(helping.call.pk, world.home.station.pk),
        "export_name": "service",
    }


def cobuilding_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of the co-building day take; the home quarter's."""
    taking_part = world.home.enrolled
    return {
        "unit_id": taking_part.unit.pk,
        "unit_token": taking_part.secret,
        "member_id": taking_part.member.pk,
        "agreement_id": taking_part.agreement.pk,
        "meeting_id": taking_part.meeting.pk,
        "task_id": taking_part.task.pk,
        "cycle_number": taking_part.cycle.number,
        "day_number": taking_part.told.number,
        "line_id": taking_part.line.pk,
        "resource_id": taking_part.resource.pk,
        "project_id": taking_part.project.pk,
        "order_token": taking_part.sent.secret,
        "photo_id": taking_part.sent.photo.pk,
        "which": "needs",
        "duty_id": taking_part.turned.duty.pk,
        "rota_id": taking_part.turned.rota.pk,
        "rota_token": turns_feed.secret_of(
            world.accounts["a street officer"], taking_part.turned.rota.series
        ),
    }


def market_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of the market take; the home quarter's."""
    at_market = world.home.marketed
    return {
        "market_id": at_market.market.pk,
        "stall_id": at_market.stall.pk,
        "stall_token": market_passes.token_of(at_market.stall),
    }


def activities_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of activities take; the home quarter's."""
    going_on = world.home.happenings
    return {
        "session_id": going_on.session.pk,
        "feed_token": "f" * 64,
        "series_id": going_on.series.pk,
        "festival_id": going_on.festival.pk,
        "programme_id": going_on.programme.pk,
        "speaker_id": going_on.speaker.pk,
    }


def learnt_arguments(world: World) -> dict[str, Any]:
    """Return what addresses take of a training that was held in the home quarter."""
    over = world.home.learnt
    return {
        "certificate_id": over.certificate.pk,
        "serial": over.certificate.number,
        "question_id": over.question.pk,
        "list_name": "headcounts",
        "book_sheet": "books",
        "device_id": 1,
    }


def needs_arguments(world: World) -> dict[str, Any]:
    """Return what addresses of needs take; the home quarter's."""
    matters, loop = world.home.matters, world.loop
    return {
        "number": matters.need.number,
        "need_id": matters.need.pk,
        "asker_id": matters.asker.pk,
        "asking_id": matters.asking.pk,
        "evidence_id": matters.evidence.pk,
        "token": mine.judge_token(matters.asking),
        "handover_id": matters.handover.pk,
        "exclusion_id": matters.exclusion.pk,
        "cluster_id": matters.cluster.pk,
        "category_id": matters.category.pk,
        "signal_id": matters.signal.pk,
        "wish_id": matters.wish.pk,
        "rule_id": loop.rule.pk,
        "template_id": loop.template.pk,
        "alarm_id": loop.alarm.pk,
        "wave_id": loop.wave.pk,
        "key_id": loop.key.pk,
        "fmt": "json",
        "service_code": "broken_light",
        "subscription_id": loop.subscription.pk,
        "filter_id": world.filter.pk,
    }
