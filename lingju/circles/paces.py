"""One profile made ready over one district: its weights, how its doors lie, and its time table.

Reports, gaps and trials all ask the same streets at several paces; a ``Pace`` is what they share.
"""

from dataclasses import dataclass

from lingju.circles.arrays import U2, Bool
from lingju.circles.ball import Approach, approach
from lingju.circles.doors import Doors
from lingju.circles.network import Network
from lingju.circles.profiles import Profile
from lingju.circles.table import TABLE_S, Ground, TimeTable, ground
from lingju.circles.weights import edge_weights


@dataclass(frozen=True, slots=True)
class Pace:
    """A profile over a network's edges (``edge_w`` uint16[e]), the homes, the stations, and their table.

    ``ground`` is ready to search from one more site.
    """

    profile: Profile
    edge_w: U2
    homes: Approach
    stations: Approach
    ground: Ground
    table: TimeTable


def set_pace(
    net: Network,
    profile: Profile,
    homes: Doors,
    stations: Doors,
    *,
    closed: Bool | None = None,
    limit_s: float = TABLE_S,
) -> Pace:
    """Weigh the streets for a profile and compute its table; ``closed`` bool[e] as in ``edge_weights``."""
    edge_w = edge_weights(net, profile, closed=closed)
    ready = ground(net, edge_w, homes, profile, limit_s=limit_s)
    return Pace(
        profile=profile,
        edge_w=edge_w,
        homes=approach(net, edge_w, homes, profile),
        stations=approach(net, edge_w, stations, profile),
        ground=ready,
        table=ready.table(stations),
    )
