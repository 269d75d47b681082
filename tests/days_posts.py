"""What every address of the board is sent in the table of rights: what would be done if it were allowed."""

from collections.abc import Callable
from typing import Any

from tests.world import World

Post = Callable[[World], dict[str, Any]]

DAYS: dict[str, Post] = {
    "desk_days_cycle(cycle_number)": lambda w: {"do": "gather"},
    "desk_days_line(cycle_number, line_id)": lambda w: {"people_any": 2},
    "desk_days_offer": lambda w: {
        "area": w.home.area.pk,
        "owner_words": "示例居民",
        "kind": "skill",
        "title": "下象棋",
        "quantity": 1,
        "key": "press-of-the-matrix",
    },
    "desk_days_resource(resource_id)": lambda w: {"do": "end", "reason": "搬走了"},
    "desk_days_rule_end": lambda w: {"do": "end", "reason": "并到区里一起办"},
    "desk_days_rule": lambda w: {
        "do": "save",
        "name": "城市共建日",
        "rule": "nth_weekday",
        "nth": 2,
        "weekday": 4,
        "moves": "next_working_same_weekday",
        "starts": "14:30",
        "ends": "17:30",
        "notice_days": 14,
        "days_before": 2,
        "days_after": 6,
        "since": w.home.enrolled.cycle.series.since,
        "version": w.home.enrolled.cycle.series.version,
    },
    "desk_days_roles": lambda w: {"do": "add", "code": "haircut", "name": "理发", "weight": 1, "order": 4},
    "desk_cycle(cycle_number)": lambda w: {"do": "close_lists"},
    "desk_plan(cycle_number, area_id)": lambda w: {
        "do": "draft",
        "summary": "下午查线路、教灭火器",
        "place_words": "小区门口",
    },
    "desk_project_new(cycle_number)": lambda w: {
        "do": "make",
        "title": "线路一起查",
        "window": "pm",
        "key": "press-of-the-matrix",
        "lines": [w.home.enrolled.line.pk],
        "lead": w.home.enrolled.unit.pk,
    },
    "desk_project(project_id)": lambda w: {"do": "milestone", "title": "备好线材", "due_on": "2099-12-01"},
    "desk_project_hand(project_id)": lambda w: {"lead": w.home.enrolled.unit.pk, "reason": "那天有防汛任务"},
    "desk_turns": lambda w: {
        "from_month": w.home.enrolled.turned.rota.from_month,
        "to_month": w.home.enrolled.turned.rota.to_month,
        "key": "press-of-the-matrix",
    },
    "desk_turns_draft(rota_id)": lambda w: {"do": "publish"},
    "desk_turns_letter(unit_id)": lambda w: {"key": "press-of-the-matrix"},
    "desk_turn(duty_id)": lambda w: {"do": "set", "unit": 0, "reason": "这一期不设牵头"},
    "unit_swaps(unit_token)": lambda w: {"do": "ask", "of": w.home.enrolled.turned.duty.pk},
    "cobuild_orders(cycle_number)": lambda w: {"do": "revoke", "row": w.home.enrolled.sent.project.pk},
    "cobuild_call(cycle_number, project_id)": lambda w: {
        "wanted": 3,
        "summary": "帮着搬工具",
        "risk_text": "上下楼梯，慢走",
        "key": "press-of-the-matrix",
    },
    "cobuild_results(cycle_number)": lambda w: {"do": "accept", "row": w.home.enrolled.sent.project.pk},
    "cobuild_deliver(cycle_number, project_id)": lambda w: {"outcome": "done", "result": "线路查过了，都好"},
    "cobuild_summary(cycle_number)": lambda w: {"do": "record", "minutes": "本月查了线路，居民都说好。"},
    "work_order(order_token)": lambda w: {"do": "arrive", "people": 4},
}
