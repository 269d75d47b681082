"""The innermost loops of the walking-circle engine, compiled by numba.

How the search works. Labels are walking times in ticks (uint16, 65535 = not reached). A ten-minute walk
meets a few hundred nodes, so preprocessing buys nothing and what counts is memory order and branches:

* buckets of 512 ticks (10 s) hold the waiting nodes as linked lists in one pool that only grows; inside a
  bucket the order is arbitrary and labels may be corrected, which keeps every answer exact;
* an entry carries the label it was pushed with, so an outdated one is recognised and skipped;
* relaxing an arc takes no branch that depends on the data: every arc writes its entry at the top of the
  pool, and the top moves up only if the label improved. That alone makes the search twice as fast;
* arrays over nodes are cleaned by the list of touched nodes, so a search costs what it reaches and nothing
  per node of the network.

Where owners matter, a label is the pair (ticks, station) and the smaller pair wins. So ties go to the
station with the smallest index, whatever the order of work.

All compiled functions stand in this one file on purpose: numba judges by the outer function's file whether
machine code on disk is stale, so a changed helper in another file would go unnoticed. Loops that fill and
copy are written out, because numba needs seconds to compile np.full and slice assignment.
"""

from typing import Any, Final

import numpy as np

from lingju.circles.arrays import I4, I8, U1, U2
from lingju.circles.compiled import IN_I4, IN_U1, IN_U2, INT, OUT_I4, OUT_U2, kernel, part, tuple_of

UNREACHED: Final = 65535
SHIFT: Final = 9  # log2 of the ticks in a bucket; measured flat between 8 and 11

Graph = tuple[I4, I4, U2]  # ptr, nbr, w: the arcs of node i are ptr[i]..ptr[i+1]
Grouped = tuple[I4, I4, U2]  # ptr, place, ticks: group i holds places with ticks ptr[i]..ptr[i+1]
Field = tuple[U2, I4]  # ticks and owner of every node
Seeds = tuple[I4, U2]  # node, ticks already walked there
Posts = tuple[I4, I4, I4, U2, U1]  # lists of seeds: head by node, next, owner, ticks; is_open by station

GRAPH = tuple_of(IN_I4, IN_I4, IN_U2)
SEEDS = tuple_of(IN_I4, IN_U2)
FIELD = tuple_of(OUT_U2, OUT_I4)
POSTS = tuple_of(IN_I4, IN_I4, IN_I4, IN_U2, IN_U1)


@part
def _longer(old: Any, size: int) -> Any:
    """Return an array of `size` that begins with `old`."""
    new = np.empty(size, old.dtype)
    for i in range(old.size):
        new[i] = old[i]
    return new


@part
def _filled(array: Any, value: int) -> Any:
    """Return the array, filled with `value`."""
    for i in range(array.size):
        array[i] = value
    return array


@part
def _buckets(limit: int) -> Any:
    """Return empty buckets. Labels beyond the limit still name a bucket, which is never filled."""
    return _filled(np.empty(((limit + UNREACHED) >> SHIFT) + 1, np.int32), -1)


@part
def _enqueue(ticks: U2, nodes: I4, count: int, heads: I4) -> tuple[I8, I4, I8]:
    """Put nodes[:count] into the buckets of their labels; return the pool and (bucket, top, count)."""
    item = np.empty(1024 + 2 * count, np.int64)
    below = np.empty(item.size, np.int32)
    first = heads.size
    for i in range(count):
        label = int(ticks[nodes[i]])
        item[i] = (int(nodes[i]) << 16) | label
        below[i] = heads[label >> SHIFT]
        heads[label >> SHIFT] = i
        first = min(first, label >> SHIFT)
    state = np.empty(3, np.int64)
    state[0], state[1], state[2] = first, count, count
    return item, below, state


@part
def _settle(
    graph: Graph, limit: int, ticks: U2, touched: I4, heads: I4, item: I8, below: I4, state: I8
) -> bool:
    """Empty the buckets in order; stop and return False where the pool may become too short."""
    ptr, nbr, w = graph
    bucket, top, count = state[0], state[1], state[2]
    while bucket <= limit >> SHIFT:
        entry = heads[bucket]
        while entry >= 0:
            node, label = item[entry] >> 16, item[entry] & 65535
            if top + ptr[node + 1] - ptr[node] > item.size:
                state[0], state[1], state[2] = bucket, top, count
                return False
            heads[bucket] = below[entry]
            if ticks[node] == label:
                for arc in range(ptr[node], ptr[node + 1]):
                    other = int(nbr[arc])
                    new, old = label + int(w[arc]), int(ticks[other])
                    better = (new < old) & (new <= limit)
                    head = heads[new >> SHIFT]
                    item[top] = (other << 16) | (new & 65535)
                    below[top] = head
                    heads[new >> SHIFT] = top if better else head
                    ticks[other] = new if better else old
                    touched[count] = other
                    count += better & (old == UNREACHED)
                    top += better
            entry = heads[bucket]
        bucket += 1
    state[2] = count
    return True


@part
def _spread(graph: Graph, limit: int, ticks: U2, touched: I4, count: int, heads: I4) -> Any:
    """Settle every label that follows from the labels of touched[:count]; return the new count."""
    item, below, state = _enqueue(ticks, touched, count, heads)
    while not _settle(graph, limit, ticks, touched, heads, item, below, state):
        item, below = _longer(item, 2 * item.size), _longer(below, 2 * item.size)
    return state[2]


@part
def _settle_owned(
    graph: Graph, limit: int, ticks: U2, owner: I4, heads: I4, item: I8, below: I4, state: I8
) -> bool:
    """Empty the buckets in order; stop and return False where the pool may become too short."""
    ptr, nbr, w = graph
    bucket, top = state[0], state[1]
    while bucket <= limit >> SHIFT:
        entry = heads[bucket]
        while entry >= 0:
            node, label = item[entry] >> 16, item[entry] & 65535
            if top + ptr[node + 1] - ptr[node] > item.size:
                state[0], state[1] = bucket, top
                return False
            heads[bucket] = below[entry]
            if ticks[node] == label:
                mine = owner[node]
                for arc in range(ptr[node], ptr[node + 1]):
                    other = int(nbr[arc])
                    new, old, theirs = label + int(w[arc]), int(ticks[other]), owner[other]
                    better = ((new < old) | ((new == old) & (mine < theirs))) & (new <= limit)
                    head = heads[new >> SHIFT]
                    item[top] = (other << 16) | (new & 65535)
                    below[top] = head
                    heads[new >> SHIFT] = top if better else head
                    ticks[other] = new if better else old
                    owner[other] = mine if better else theirs
                    top += better
            entry = heads[bucket]
        bucket += 1
    return True


@part
def _spread_owned(graph: Graph, limit: int, field: Field, front: I4, count: int, heads: I4) -> None:
    """Settle every (ticks, owner) label that follows from those of front[:count]."""
    ticks, owner = field
    item, below, state = _enqueue(ticks, front, count, heads)
    while not _settle_owned(graph, limit, ticks, owner, heads, item, below, state):
        item, below = _longer(item, 2 * item.size), _longer(below, 2 * item.size)


@part
def _plant(node: int, label: int, station: int, limit: int, field: Field, front: I4, count: int) -> int:
    """Give a node the label (label, station) if that is smaller than its own; then it joins the front."""
    ticks, owner = field
    old = int(ticks[node])
    if label > limit or label > old or (label == old and station >= owner[node]):
        return count
    ticks[node] = label
    owner[node] = station
    front[count] = node
    return count + 1


@kernel(GRAPH, IN_I4, INT)
def reach(graph: Graph, sources: I4, limit: int) -> tuple[I8, I4, U2]:
    """Return every source's reach set as CSR (start, node, ticks), in the order of `sources`."""
    n = graph[0].size - 1
    ticks = _filled(np.empty(n, np.uint16), UNREACHED)
    touched = np.empty(n + 1, np.int32)  # one more: the loop writes before it knows whether it counts
    heads = _buckets(limit)
    start = _filled(np.empty(sources.size + 1, np.int64), 0)
    node = np.empty(n + 64 * sources.size, np.int32)
    label = np.empty(node.size, np.uint16)
    for s in range(sources.size):
        ticks[sources[s]] = 0
        touched[0] = sources[s]
        count = _spread(graph, limit, ticks, touched, 1, heads)
        at = start[s]
        if at + count > node.size:
            node, label = _longer(node, 2 * node.size + count), _longer(label, 2 * node.size + count)
        for i in range(count):
            node[at + i] = touched[i]
            label[at + i] = ticks[touched[i]]
            ticks[touched[i]] = UNREACHED
        start[s + 1] = at + count
    return start, node[: start[-1]], label[: start[-1]]


@kernel(GRAPH, SEEDS, IN_I4, INT, INT)
def nearest(graph: Graph, seeds: Seeds, seed_owner: I4, limit: int, batch: int) -> Field:
    """Return (ticks, owner) of every node; seeds are taken `batch` at a time in the order given.

    One front of a thousand stations would jump across the whole network at every step and miss the cache.
    Seeds sorted along the Hilbert curve and taken in batches keep the work in one neighbourhood; each batch
    only improves what the earlier ones left, so the result is the same.
    """
    n = graph[0].size - 1
    seed_node, seed_ticks = seeds
    field = (
        _filled(np.empty(n, np.uint16), UNREACHED),
        _filled(np.empty(n, np.int32), -1),
    )
    front = np.empty(batch, np.int32)
    heads = _buckets(limit)
    for begin in range(0, seed_node.size, batch):
        count = 0
        for i in range(begin, min(begin + batch, seed_node.size)):
            count = _plant(seed_node[i], int(seed_ticks[i]), seed_owner[i], limit, field, front, count)
        _spread_owned(graph, limit, field, front, count, heads)
    return field


@part
def _cell(graph: Graph, owner: I4, seed_node: I4, station: int, cell: I4) -> int:
    """Collect the nodes that `station` owns into `cell`, mark them with owner -2, return how many.

    A station's cell hangs together: on the shortest way from its door to a node it owns, it owns every
    node (another owner there would be as good or better at the end too). So a flood from its seeds finds all.
    """
    ptr, nbr, _ = graph
    count = 0
    for seed in seed_node:
        if owner[seed] == station:
            owner[seed] = -2
            cell[count] = seed
            count += 1
    done = 0
    while done < count:
        node = cell[done]
        done += 1
        for arc in range(ptr[node], ptr[node + 1]):
            if owner[nbr[arc]] == station:
                owner[nbr[arc]] = -2
                cell[count] = nbr[arc]
                count += 1
    return count


@kernel(GRAPH, INT, FIELD, SEEDS, INT, OUT_I4)
def open_station(graph: Graph, limit: int, field: Field, seeds: Seeds, station: int, cell: I4) -> int:
    """Let a station in: a search that only improves labels. Fill `cell` with the nodes it won."""
    seed_node, seed_ticks = seeds
    front = np.empty(seed_node.size, np.int32)
    count = 0
    for i in range(seed_node.size):
        count = _plant(seed_node[i], int(seed_ticks[i]), station, limit, field, front, count)
    _spread_owned(graph, limit, field, front, count, _buckets(limit))
    won = _cell(graph, field[1], seed_node, station, cell)
    for i in range(won):
        field[1][cell[i]] = station
    return won


@part
def _best_from_outside(graph: Graph, field: Field, posts: Posts, node: int) -> tuple[int, int]:
    """Return the smallest label that neighbours or doors of open stations offer a node."""
    ptr, nbr, w = graph
    ticks, owner = field
    head, following, post_owner, post_ticks, is_open = posts
    best, own = UNREACHED, -1
    for arc in range(ptr[node], ptr[node + 1]):
        new, whose = int(ticks[nbr[arc]]) + int(w[arc]), int(owner[nbr[arc]])
        if new < best or (new == best and whose < own):
            best, own = new, whose
    post = head[node]
    while post >= 0:
        new, whose = int(post_ticks[post]), int(post_owner[post])
        if is_open[whose] and (new < best or (new == best and whose < own)):
            best, own = new, whose
        post = following[post]
    return best, own


@kernel(GRAPH, INT, FIELD, IN_I4, INT, POSTS, OUT_I4)
def close_station(
    graph: Graph, limit: int, field: Field, seed_node: I4, station: int, posts: Posts, cell: I4
) -> int:
    """Take a station out: clear its cell, then let neighbours' labels and other stations' doors back in.

    In `posts` the station is closed already. Nodes outside the cell keep their labels, for their best
    station is still open. Fill `cell` with the nodes it lost and return how many.
    """
    ticks, owner = field
    lost = _cell(graph, owner, seed_node, station, cell)
    for i in range(lost):
        ticks[cell[i]] = UNREACHED
        owner[cell[i]] = -1
    front = np.empty(lost, np.int32)
    count = 0
    for i in range(lost):
        best, own = _best_from_outside(graph, field, posts, cell[i])
        count = _plant(cell[i], best, own, limit, field, front, count)
    _spread_owned(graph, limit, field, front, count, _buckets(limit))
    return lost


@part
def _keep(place: int, time: int, limit: int, best: U2, met: I4, count: int) -> int:
    """Let `time` compete for the best of a place; list the place when it is reached for the first time."""
    if time > limit or time >= best[place]:
        return count
    met[count] = place
    count += best[place] == UNREACHED
    best[place] = time
    return count


@part
def _meet_homes(
    ticks: U2, touched: I4, count: int, ends: Grouped, limit: int, best: U2, met: I4, found: int
) -> int:
    """Carry the labels of touched[:count] to the home doors at those nodes, and clean the labels."""
    end_ptr, end_home, end_ticks = ends
    for i in range(count):
        node = touched[i]
        here = int(ticks[node])
        ticks[node] = UNREACHED
        for end in range(end_ptr[node], end_ptr[node + 1]):
            found = _keep(end_home[end], here + int(end_ticks[end]), limit, best, met, found)
    return found


@part
def _by_home(homes: int, home: I4, start: I8, label: U2) -> Grouped:
    """Turn rows by station into rows by home, each sorted by station (a counting sort)."""
    ptr = _filled(np.empty(homes + 1, np.int32), 0)
    pairs = start[-1]
    for i in range(pairs):
        ptr[home[i] + 1] += 1
    for h in range(homes):
        ptr[h + 1] += ptr[h]
    slot = _longer(ptr, ptr.size)
    station = np.empty(pairs, np.int32)
    ticks = np.empty(pairs, np.uint16)
    for s in range(start.size - 1):
        for i in range(start[s], start[s + 1]):
            to = slot[home[i]]
            slot[home[i]] += 1
            station[to] = s
            ticks[to] = label[i]
    return ptr, station, ticks


@kernel(GRAPH, INT, GRAPH, GRAPH, GRAPH, INT)
def table(graph: Graph, limit: int, seeds: Grouped, direct: Grouped, ends: Grouped, homes: int) -> Grouped:
    """Return CSR home -> (station, ticks) from one search per station.

    seeds: station -> (node, ticks walked there); direct: station -> (home, ticks), ways that touch no node
    because both doors stand on one edge; ends: node -> (home, ticks from there to its door).
    """
    n = graph[0].size - 1
    stations = seeds[0].size - 1
    ticks = _filled(np.empty(n, np.uint16), UNREACHED)
    touched = np.empty(n + 1, np.int32)
    best = _filled(np.empty(homes, np.uint16), UNREACHED)
    met = np.empty(homes + 1, np.int32)
    heads = _buckets(limit)
    start = _filled(np.empty(stations + 1, np.int64), 0)
    home = np.empty(homes + 16 * stations, np.int32)
    label = np.empty(home.size, np.uint16)
    for s in range(stations):
        count, found = 0, 0
        for i in range(seeds[0][s], seeds[0][s + 1]):
            count = _keep(seeds[1][i], int(seeds[2][i]), limit, ticks, touched, count)
        count = _spread(graph, limit, ticks, touched, count, heads)
        for i in range(direct[0][s], direct[0][s + 1]):
            found = _keep(direct[1][i], int(direct[2][i]), limit, best, met, found)
        found = _meet_homes(ticks, touched, count, ends, limit, best, met, found)
        at = start[s]
        if at + found > home.size:
            size = 2 * home.size + found
            home, label = _longer(home, size), _longer(label, size)
        for i in range(found):
            home[at + i] = met[i]
            label[at + i] = best[met[i]]
            best[met[i]] = UNREACHED
        start[s + 1] = at + found
    return _by_home(homes, home, start, label)
