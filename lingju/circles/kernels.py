"""The innermost loops of the walking-circle engine, compiled by numba.

How the search works. Labels are walking times in ticks (uint16, 65535 = not reached). A ten-minute walk
meets a few hundred nodes, so preprocessing buys nothing and what counts is memory order and branches:

* buckets of 512 ticks (10 s) hold the waiting nodes as linked lists in one pool that only grows; inside a
  bucket the order is arbitrary and labels may be corrected, which keeps every answer exact;
* an entry carries the label it was pushed with, so an outdated one is recognised and skipped;
* relaxing an arc takes no branch that depends on the data: every arc writes its entry at the top of the
  pool, and the top moves up only if the label improved. That alone makes the search twice as fast;
* afterwards the pool is the list of what was reached: a node's one entry that equals its label is the final
  one. Reading it also cleans the labels, so a search costs nothing per node of the network;
* in the hot loops every index is unsigned, because numba lets a signed one count from the end and pays for
  that at each access. numba makes a float of unsigned + signed, hence the typed constants.

Where owners matter, a label is the pair (ticks, station) and the smaller pair wins. So ties go to the
station with the smallest index, whatever the order of work.

All compiled functions stand in this one file on purpose: numba judges by the outer function's file whether
machine code on disk is stale, so a changed helper in another file would go unnoticed. Loops that fill and
copy are written out, because numba needs seconds to compile np.full and slice assignment.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lingju.circles.arrays import I4, I8, U1, U2
from lingju.circles.compiled import IN_I4, IN_U1, IN_U2, INT, OUT_I4, OUT_U2, kernel, part, tuple_of

UNREACHED: Final = 65535
SHIFT: Final = 9  # log2 of the ticks in a bucket; measured flat between 8 and 11

ONE: Final = np.uint64(1)
SIXTEEN: Final = np.uint64(16)
LOW: Final = np.uint64(65535)
SHIFT_U: Final = np.uint64(SHIFT)

U8 = NDArray[np.uint64]
Pool = tuple[U8, I4, I8]  # entries (node << 16 | label), the entry below each in its bucket, (bucket, top)
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
def _pool() -> Pool:
    """Return an empty pool."""
    return np.empty(2048, np.uint64), np.empty(2048, np.int32), np.empty(2, np.int64)


@part
def _enqueue(ticks: U2, nodes: I4, count: int, heads: I4, pool: Pool) -> Pool:
    """Put nodes[:count] into the buckets of their labels; return the pool, a longer one if need be."""
    item, below, state = pool
    if count > item.size:
        item, below = np.empty(2 * count, np.uint64), np.empty(2 * count, np.int32)
    first = heads.size
    for i in range(count):
        label = int(ticks[nodes[i]])
        item[i] = np.uint64((int(nodes[i]) << 16) | label)
        below[i] = heads[label >> SHIFT]
        heads[label >> SHIFT] = i
        first = min(first, label >> SHIFT)
    state[0], state[1] = first, count
    return item, below, state


@part
def _settle(graph: Graph, limit: Any, ticks: U2, owner: I4 | None, heads: I4, pool: Pool) -> bool:
    """Empty the buckets in order; stop and return False where the pool may become too short.

    Without owners numba compiles a second version, in which the questions about them do not exist.
    """
    ptr, nbr, w = graph
    item, below, state = pool
    bucket, top, size = np.uint64(state[0]), np.uint64(state[1]), np.uint64(item.size)
    while bucket <= limit >> SHIFT_U:
        entry = heads[bucket]
        while entry >= 0:
            node, label = item[np.uint64(entry)] >> SIXTEEN, item[np.uint64(entry)] & LOW
            begin, end = np.uint64(ptr[node]), np.uint64(ptr[node + ONE])
            if top + end - begin > size:
                state[0], state[1] = bucket, top
                return False
            heads[bucket] = below[np.uint64(entry)]
            if np.uint64(ticks[node]) == label:
                for arc in range(begin, end):
                    other = np.uint64(nbr[arc])
                    new, old = label + np.uint64(w[arc]), np.uint64(ticks[other])
                    better = new < old
                    if owner is not None:
                        better = better | ((new == old) & (owner[node] < owner[other]))
                    better = better & (new <= limit)
                    head = heads[new >> SHIFT_U]
                    item[top] = (other << SIXTEEN) | (new & LOW)
                    below[top] = head
                    heads[new >> SHIFT_U] = np.int32(top) if better else head
                    ticks[other] = np.uint16(new) if better else np.uint16(old)
                    if owner is not None:
                        owner[other] = owner[node] if better else owner[other]
                    top += np.uint64(better)
            entry = heads[bucket]
        bucket += ONE
    state[1] = top
    return True


@part
def _spread(
    graph: Graph, limit: int, ticks: U2, owner: I4 | None, front: I4, count: int, heads: I4, pool: Pool
) -> Pool:
    """Settle every label that follows from those of front[:count]; return the pool, filled up to its top."""
    pool = _enqueue(ticks, front, count, heads, pool)
    while not _settle(graph, np.uint64(limit), ticks, owner, heads, pool):
        item, below, state = pool
        pool = (_longer(item, 2 * item.size), _longer(below, 2 * item.size), state)
    return pool


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


@part
def _take(ticks: U2, pool: Pool, node: I4, label: U2, begin: int) -> int:
    """Write the nodes reached and their labels from `begin` on, clean the labels, return the end.

    Room for all entries is needed, for an outdated one is written too and then overwritten.
    """
    item, _, state = pool
    at = np.uint64(begin)
    for i in range(np.uint64(state[1])):
        place, time = item[i] >> SIXTEEN, item[i] & LOW
        now = np.uint64(ticks[place])
        is_final = now == time
        node[at], label[at] = np.int32(place), np.uint16(time)
        ticks[place] = np.uint16(LOW) if is_final else np.uint16(now)
        at += np.uint64(is_final)
    return np.int64(at)  # type: ignore[return-value]


@kernel(GRAPH, IN_I4, INT)
def reach(graph: Graph, sources: I4, limit: int) -> tuple[I8, I4, U2]:
    """Return every source's reach set as CSR (start, node, ticks), in the order of `sources`."""
    n = graph[0].size - 1
    ticks = _filled(np.empty(n, np.uint16), UNREACHED)
    heads = _buckets(limit)
    pool = _pool()
    start = _filled(np.empty(sources.size + 1, np.int64), 0)
    node = np.empty(n + 64 * sources.size, np.int32)
    label = np.empty(node.size, np.uint16)
    for s in range(sources.size):
        ticks[sources[s]] = 0
        pool = _spread(graph, limit, ticks, None, sources[s : s + 1], 1, heads, pool)
        room = start[s] + pool[2][1]
        if room > node.size:
            node, label = _longer(node, node.size + room), _longer(label, node.size + room)
        start[s + 1] = _take(ticks, pool, node, label, start[s])
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
        _spread(graph, limit, field[0], field[1], front, count, heads, _pool())
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
    _spread(graph, limit, field[0], field[1], front, count, _buckets(limit), _pool())
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
    _spread(graph, limit, field[0], field[1], front, count, _buckets(limit), _pool())
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
def _meet_homes(ticks: U2, pool: Pool, ends: Grouped, limit: int, best: U2, met: I4, found: int) -> int:
    """Carry the final labels in the pool to the home doors at those nodes, and clean the labels."""
    item, _, state = pool
    end_ptr, end_home, end_ticks = ends
    for i in range(state[1]):
        node, here = int(item[i] >> SIXTEEN), int(item[i] & LOW)
        if ticks[node] != here:
            continue
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
    front = np.empty(seeds[1].size + 1, np.int32)  # one more: _keep writes before it knows whether it counts
    best = _filled(np.empty(homes, np.uint16), UNREACHED)
    met = np.empty(homes + 1, np.int32)
    heads = _buckets(limit)
    pool = _pool()
    start = _filled(np.empty(stations + 1, np.int64), 0)
    home = np.empty(homes + 16 * stations, np.int32)
    label = np.empty(home.size, np.uint16)
    for s in range(stations):
        count, found = 0, 0
        for i in range(seeds[0][s], seeds[0][s + 1]):
            count = _keep(seeds[1][i], int(seeds[2][i]), limit, ticks, front, count)
        pool = _spread(graph, limit, ticks, None, front, count, heads, pool)
        for i in range(direct[0][s], direct[0][s + 1]):
            found = _keep(direct[1][i], int(direct[2][i]), limit, best, met, found)
        found = _meet_homes(ticks, pool, ends, limit, best, met, found)
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
