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
}
