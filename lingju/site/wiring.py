"""Who hears which fact: every reaction in the house is one line here, and so is every planned job.

`docs/wiring.md` is generated from this file's effect; a test fails when it is stale.
"""

import datetime as dt

from lingju.activities import events as activities
from lingju.activities import jobs as activities_jobs
from lingju.activities.services import overtaken
from lingju.bookings import events as bookings
from lingju.bookings import jobs as bookings_jobs
from lingju.bookings.services import impact
from lingju.cobuilding import events as cobuilding
from lingju.cobuilding import jobs as cobuilding_jobs
from lingju.cobuilding.queries import on_the_day
from lingju.cobuilding.services import delivering, work_orders
from lingju.kernel import durable, facts, schedule
from lingju.kernel.facts import when
from lingju.market import events as market
from lingju.market.services import markets
from lingju.needs import events as needs
from lingju.needs import jobs as needs_jobs
from lingju.needs import jobs_extras as wishes_jobs
from lingju.needs.services import coming_day, forgetting
from lingju.notify import channels, wordings
from lingju.notify import jobs as notify_jobs
from lingju.people import events as people
from lingju.people import jobs as people_jobs
from lingju.places import events as places
from lingju.site import (
    beside_the_day,
    evening,
    needs_on_the_day,
    noticing,
    own_data,
    reactions,
    telling,
    telling_activities,
    telling_bookings,
    telling_cobuilding,
    telling_desk,
    telling_machines,
    telling_market,
    telling_projects,
    telling_steps,
    telling_tasks,
    telling_turns,
    telling_units,
    telling_volunteers,
)
from lingju.site.texting import SmsChannel
from lingju.site.webhooks import WEBHOOK, WebhookChannel
from lingju.trail import jobs as trail_jobs
from lingju.volunteering import events as volunteering
from lingju.volunteering import jobs as volunteering_jobs


def connect() -> None:
    """Connect facts to reactions and plan the jobs; called once at start."""
    facts.carry_with(durable.post)
    reactions.register_wordings()
    own_data.connect()

    for office in (people.OfficeGranted, people.OfficeRevoked):
        when(office, durably=reactions.tell_of_office)
    when(people.SecondFactorChanged, durably=reactions.tell_of_second_factor)

    channels.register(channels.SMS, SmsChannel())
    wordings.register(*telling.WORDINGS, *telling_desk.WORDINGS, *evening.WORDINGS)
    for heard in (needs.NeedSubmitted, needs.NeedSupported):
        when(heard, durably=telling.tell_receipt)
    when(needs.AskerAsked, durably=telling.tell_asked)
    when(needs.HandoverOffered, durably=telling_desk.tell_offered)
    when(needs.HandoverDecided, durably=telling_desk.tell_decided)
    when(needs.NeedReopened, durably=telling_desk.tell_reopened)
    when(needs.NeedFlagged, durably=telling_desk.tell_flagged)
    when(needs.NeedChased, durably=telling_desk.tell_chased)
    when(needs.WholeTakenBack, durably=telling_desk.tell_taken_back)

    _connect_bookings()
    _connect_volunteering()
    _connect_cobuilding()
    _connect_market()
    when(places.SoughtInVain, after_commit=noticing.notice_search)
    when(places.FacilityChanged, durably=noticing.notice_facility)

    channels.register(WEBHOOK, WebhookChannel())
    telling_machines.register_wordings()
    for fact in telling_machines.TYPES:
        when(fact, at_once=telling_machines.tell_machines)

    _plan_jobs()


def _plan_jobs() -> None:
    """Plan what the clockwork does."""
    trail_jobs.plan()
    notify_jobs.plan()
    needs_jobs.plan()
    bookings_jobs.plan()
    activities_jobs.plan()
    volunteering_jobs.plan()
    cobuilding_jobs.plan()
    wishes_jobs.plan()
    schedule.plan("needs.sweep_files", schedule.At(dt.time(4, 30)), sweep_files)
    schedule.plan("people.let_go", schedule.At(dt.time(3, 50)), people_jobs.let_go)
    schedule.plan("site.evening", schedule.At(evening.AT), tell_evening)
    schedule.plan("site.turns", schedule.At(telling_turns.AT), telling_turns.remind)
    schedule.plan("needs.morning", schedule.At(telling_desk.MORNING, weekdays=range(5)), telling_desk.morning)
    schedule.plan("site.tasks_remind", schedule.At(telling_tasks.AT), telling_tasks.remind)
    schedule.plan("site.days_steps", schedule.At(telling_steps.AT), telling_steps.remind)
    schedule.plan("site.units_ask", schedule.Every(telling_units.EVERY), telling_units.ask)
    schedule.plan("site.units_remind", schedule.At(telling_units.REMINDING_AT), telling_units.remind)


def sweep_files() -> int:
    """Remove the files that neither needs nor work orders name; return how many."""
    return forgetting.sweep_files(work_orders.files_of)


def tell_evening() -> int:
    """Send the one message of an evening, from everybody who has something to tell."""
    return evening.digest(
        (telling_bookings.coming, telling.happened, telling_cobuilding.claimed, telling_projects.changed)
    )


def _connect_bookings() -> None:
    """Connect what happens to bookings and at activities."""
    wordings.register(*telling_bookings.WORDINGS, *telling_activities.WORDINGS)
    for fact in (bookings.ClaimMade, bookings.ClaimMoved, bookings.ClaimOffered):
        when(fact, at_once=reactions.tell_of_signup)
    when(bookings.ClaimMade, durably=telling_bookings.tell_claim)
    when(bookings.ClaimOffered, durably=telling_bookings.tell_offered)
    when(bookings.ClaimMoved, durably=telling_bookings.tell_moved)
    when(bookings.ClaimsOutside, durably=telling_bookings.tell_outside)
    when(places.HoursChanged, durably=impact.hear_hours)
    when(places.CalendarChanged, durably=impact.hear_calendar)
    when(places.HoursChanged, durably=overtaken.hear_hours)
    when(places.CalendarChanged, durably=overtaken.hear_calendar)
    when(activities.SessionsOvertaken, durably=telling_desk.tell_overtaken)
    when(bookings.ClaimRefused, after_commit=noticing.notice_refused)
    when(activities.SessionChanged, durably=telling_bookings.tell_session_changed)
    when(activities.SessionCancelled, durably=telling_bookings.tell_session_cancelled)
    when(activities.SessionCancelled, at_once=markets.hear_session_cancelled)
    when(activities.SessionFull, durably=noticing.notice_full)
    when(activities.SignedUp, durably=telling_activities.tell_twice)
    when(activities.QuestionLeftOpen, durably=noticing.turn_question)


def _connect_cobuilding() -> None:
    """Connect what residents say of a need to the lists in which it stands; what units are told."""
    if beside_the_day.market_on not in on_the_day.BESIDE:
        on_the_day.BESIDE.append(beside_the_day.market_on)
    if not coming_day.KEEPERS:
        coming_day.KEEPERS.append(needs_on_the_day.DayLists())
    for said in (needs.NeedJudged, needs.NeedReopened, needs.NeedClosed):
        when(said, durably=delivering.hear_need)
    wordings.register(*telling_cobuilding.WORDINGS, *telling_projects.WORDINGS, *telling_turns.WORDINGS)
    when(cobuilding.CycleAnnounced, durably=telling_cobuilding.tell_announced)
    when(cobuilding.CycleMoved, durably=telling_cobuilding.tell_moved)
    wordings.register(*telling_units.WORDINGS, *telling_steps.WORDINGS, *telling_tasks.WORDINGS)
    when(cobuilding.ProjectClaimed, durably=telling_units.tell_settled)
    when(cobuilding.ProjectMoved, durably=telling_projects.tell_moved)
    when(cobuilding.ProjectEnded, durably=telling_projects.tell_ended)
    when(cobuilding.ProjectHandedOver, durably=telling_projects.tell_handed_over)
    when(cobuilding.CallOvertaken, durably=telling_projects.tell_overtaken)
    when(cobuilding.OrderMade, durably=telling_cobuilding.tell_order)
    when(cobuilding.TaskGiven, durably=telling_tasks.tell_given)
    when(cobuilding.PlanSentBack, durably=telling_cobuilding.tell_plan_back)
    when(cobuilding.RotaConsulted, durably=telling_turns.tell_consulted)
    when(cobuilding.RotaPublished, durably=telling_turns.tell_rota)
    when(cobuilding.DutyGiven, durably=telling_turns.tell_given)
    when(cobuilding.DutyTaken, durably=telling_turns.tell_taken)
    when(cobuilding.DutyDropped, durably=telling_turns.tell_dropped)
    when(cobuilding.SwapAsked, durably=telling_turns.tell_swap_asked)
    when(cobuilding.SwapAnswered, durably=telling_turns.tell_swap_answered)
    when(cobuilding.SwapEnded, durably=telling_turns.tell_swap_ended)
    when(cobuilding.UnitsCalled, durably=telling_turns.tell_called)


def _connect_market() -> None:
    """Connect what who has a stall is told, and the desk."""
    wordings.register(*telling_market.WORDINGS)
    when(market.MarketAnnounced, durably=telling_market.tell_announced)
    when(market.MarketCancelled, durably=telling_market.tell_cancelled)
    when(market.RequestLeftOver, durably=telling_market.tell_left_over)


def _connect_volunteering() -> None:
    """Connect what volunteers are told."""
    wordings.register(*telling_volunteers.WORDINGS)
    when(volunteering.Invited, durably=telling_volunteers.tell_invited)
    when(volunteering.CallMoved, durably=telling_volunteers.tell_moved)
    when(volunteering.CallCancelled, durably=telling_volunteers.tell_call_off)
    when(volunteering.HoursConfirmed, durably=telling_volunteers.tell_hours)
    when(volunteering.CertificateIssued, durably=telling_volunteers.tell_certificate)
