"""What would be done at each address of volunteering, if it were allowed: posts of the table of rights."""

from collections.abc import Callable
from typing import Any

from lingju.volunteering.models import Skill
from tests.happenings import in_days
from tests.world import World

ENROLS = {
    "key": "press-of-the-matrix",
    "called": "示例居民",
    "born_on": "1970-05-01",
    "has_agreed": "on",
}


def call_typed(world: World) -> dict[str, Any]:
    """Return a call for volunteers of the home quarter as the desk types it."""
    return {
        "key": "press-of-the-matrix",
        "title": "府后陪老人散步",
        "summary": "陪住得近的老人走一走。",
        "kind": "care",
        "area": world.home.area.pk,
        "date": in_days(3).date(),
        "starts": "09:00",
        "ends": "11:00",
        "station": world.home.station.pk,
        "wanted": 2,
        "risk_text": "路滑慢走，随时停。",
    }


VOLUNTEERING: dict[str, Callable[[World], dict[str, Any]]] = {
    "volunteer_call(call_id)": lambda w: {"risk_told": "on"},
    "volunteer_join": lambda w: ENROLS | {"area": w.home.area.pk},
    "volunteer_find": lambda w: {
        "number": w.home.volunteered.volunteer.number,
        "code": w.home.volunteered.volunteer.code,
    },
    "volunteer_mine": lambda w: {"do": "leave"},
    "volunteer_invitation(invitation_token)": lambda w: {"answer": "no"},
    "volunteer_here(place_code)": lambda w: {"kind": "in", "nonce": "press-of-the-matrix"},
    "desk_volunteer_call_new": lambda w: call_typed(w),
    "desk_volunteer_call(call_id)": lambda w: {"do": "step", "step": "cancel", "why": "下大雪"},
    "desk_volunteer_call_edit(call_id)": lambda w: call_typed(w),
    "desk_volunteer_door(call_id)": lambda w: {
        "nonce": "press-of-the-matrix",
        "kind": "in",
        "method": "name",
    },
    "desk_volunteer_scans(call_id)": lambda w: {},
    "desk_volunteer_hours(call_id)": lambda w: {"do": "sign_all", "key": "press-of-the-matrix"},
    "desk_volunteer_new": lambda w: ENROLS | {"area": w.home.area.pk},
    "desk_volunteer(volunteer_id)": lambda w: {
        "skill": Skill.objects.get(district=w.district, code="medical").pk,
        "paper": "护士执业证",
    },
    "desk_teams": lambda w: {"name": "新的队伍", "offers": "陪诊", "area": w.home.area.pk},
    "desk_team(team_id)": lambda w: {
        "name": "改名的队伍",
        "offers": "陪诊",
        "area": w.home.area.pk,
        "version": w.home.volunteered.team.version,
    },
    "desk_service_certificate(paper_id)": lambda w: {"do": "revoke", "why": "姓名印错了"},
}
