"""One network, one file: what is built is what is read, and what is damaged is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from lingju.circles.arrays import F8
from lingju.circles.edges import EdgeList, Shapes, adjacency, components, in_map_order, measured_mm
from lingju.circles.errors import (
    BadCoordinate,
    BadEdges,
    DamagedNetworkFile,
    NotANetworkFile,
    OutOfNetwork,
    WrongNetworkVersion,
)
from lingju.circles.hilbert import hilbert_order
from lingju.circles.network import Kind, Network, Provenance
from lingju.circles.plane import UNIT, Plane, segment_metres, to_units
from lingju.circles.simplify import contracted, cut_long

ORIGIN = Plane(113.05, 36.05)


@st.composite
def edge_lists(draw: st.DrawFn) -> EdgeList:
    """Draw a few nodes with any edges: parallel, loops, islands, lone nodes, two kinds, two names."""
    n = draw(st.integers(2, 14))
    e = draw(st.integers(1, 24))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lon, lat = ORIGIN.degrees(random.uniform(0, 900, n), random.uniform(0, 900, n))
    some = draw(st.integers(2, n))
    u, v = random.integers(0, some, e), random.integers(0, some, e)
    counts = random.integers(0, 3, e)
    ptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    x, y = ORIGIN.degrees(random.uniform(0, 900, ptr[-1]), random.uniform(0, 900, ptr[-1]))
    edges = EdgeList(
        *(to_units(lon), to_units(lat), u.astype(np.int32), v.astype(np.int32)),
        length_mm=np.ones(e, np.uint32),
        kind=random.choice(np.array([0, 0, 0, Kind.STEPS], np.uint8), e),
        half_signals=random.integers(0, 2, e).astype(np.uint8),
        road=np.ones(e, np.uint8),
        name=random.choice(np.array([-1, -1, 0], np.int32), e),
        shapes=Shapes(ptr, to_units(x), to_units(y)),
    )
    return replace(edges, length_mm=measured_mm(edges))


def distances(edges: EdgeList) -> F8:
    """Return all shortest distances in millimetres by an independent library."""
    n = len(edges.lon)
    shortest: dict[tuple[int, int], int] = {}
    for a, b, mm in zip(edges.u.tolist(), edges.v.tolist(), edges.length_mm.tolist(), strict=True):
        for pair in ((a, b), (b, a)):
            shortest[pair] = min(mm, shortest.get(pair, mm))
    rows, cols = zip(*shortest, strict=True)
    return dijkstra(csr_array((list(shortest.values()), (rows, cols)), shape=(n, n)))


def at_places(edges: EdgeList) -> dict[tuple[int, int], int]:
    """Return each node's number by its place; places in these tests are unique."""
    return {place: i for i, place in enumerate(zip(edges.lon.tolist(), edges.lat.tolist(), strict=True))}


def a_street(*metres: float, **columns: Any) -> Network:
    """Build a straight street whose nodes stand so many metres east."""
    lon, lat = ORIGIN.degrees(np.array(metres), np.zeros(len(metres)))
    n = np.arange(len(metres))
    return Network.from_edges(lon, lat, n[:-1], n[1:], **columns)


@given(edge_lists(), st.integers(0, 2**14 - 1))
def test_contraction_changes_no_distance_between_nodes_that_stay(edges: EdgeList, keep_bits: int) -> None:
    keep = (keep_bits >> np.arange(len(edges.lon)) & 1).astype(np.bool_)
    small = contracted(edges, keep)
    before, after = distances(edges), distances(small)
    where = at_places(edges)
    old = [where[place] for place in at_places(small)]
    assert np.array_equal(after, before[np.ix_(old, old)])


@given(edge_lists())
def test_contraction_keeps_every_metre_signal_and_kind(edges: EdgeList) -> None:
    small = contracted(edges, np.zeros(len(edges.lon), np.bool_))
    for kind in (0, int(Kind.STEPS)):
        assert edges.length_mm[edges.kind == kind].sum() == small.length_mm[small.kind == kind].sum()
    assert edges.half_signals.sum() == small.half_signals.sum()
    assert np.all(np.abs(measured_mm(small).astype(int) - small.length_mm) <= len(edges.u))


@given(edge_lists())
def test_contraction_leaves_no_bend_between_alike_streets(edges: EdgeList) -> None:
    small = contracted(edges, np.zeros(len(edges.lon), np.bool_))
    for node in range(len(small.lon)):
        at = np.flatnonzero((small.u == node) | (small.v == node))
        looks = {(small.kind[i], small.name[i]) for i in at}
        assert len(at) != 2 or len(looks) == 2 or np.any(small.u[at] == small.v[at])


@given(edge_lists(), st.integers(50_000, 400_000))
def test_cutting_long_edges_changes_no_distance_and_no_shape(edges: EdgeList, longest: int) -> None:
    cut = cut_long(edges, longest)
    assert cut.length_mm.max() <= longest
    assert cut.length_mm.sum() == edges.length_mm.sum()
    assert cut.half_signals.sum() == edges.half_signals.sum()
    n = len(edges.lon)
    assert np.array_equal(distances(cut)[:n, :n], distances(edges))
    assert abs(int(measured_mm(cut).sum()) - int(edges.length_mm.sum())) < 50 * len(cut.u)


@given(edge_lists())
def test_map_order_renames_and_nothing_else(edges: EdgeList) -> None:
    ordered = in_map_order(edges)
    assert np.all(ordered.u <= ordered.v)
    assert np.all(np.diff(ordered.u) >= 0)
    where = at_places(edges)
    old = [where[place] for place in at_places(ordered)]
    if len(old) == len(edges.lon):
        assert np.array_equal(distances(ordered), distances(edges)[np.ix_(old, old)])
    assert np.array_equal(np.sort(measured_mm(ordered)), np.sort(edges.length_mm))


@given(edge_lists())
def test_adjacency_holds_each_edge_twice_and_sorted(edges: EdgeList) -> None:
    n = len(edges.lon)
    ptr, nbr, arc_edge = adjacency(n, edges.u, edges.v)
    arcs = [(a, nbr[i], arc_edge[i]) for a in range(n) for i in range(ptr[a], ptr[a + 1])]
    listed = [(a, b, e) for e, (a, b) in enumerate(zip(edges.u, edges.v, strict=True))]
    assert sorted(arcs) == sorted(listed + [(b, a, e) for a, b, e in listed])
    assert arcs == sorted(arcs)


@given(edge_lists())
def test_components_are_those_of_scipy(edges: EdgeList) -> None:
    n = len(edges.lon)
    ours = components(n, edges.u, edges.v)
    _, theirs = connected_components(csr_array((np.ones(len(edges.u)), (edges.u, edges.v)), shape=(n, n)))
    assert np.array_equal(ours[:, None] == ours, theirs[:, None] == theirs)
    assert np.all(ours <= np.arange(n))


def test_a_ring_that_hangs_on_nothing_stays_a_ring() -> None:
    lon, lat = ORIGIN.degrees(np.array([0, 100, 100, 0]), np.array([0, 0, 100, 100]))
    net = Network.from_edges(lon, lat, [0, 1, 2, 3], [1, 2, 3, 0], length_m=100, simplify=True)
    assert (net.nodes, net.edges) == (1, 1)
    assert net.length_mm.tolist() == [400_000]
    assert net.edge_u.tolist() == net.edge_v.tolist() == [0]
    assert len(net.shape_lon) == 3


def test_neighbours_on_the_map_are_neighbours_in_memory() -> None:
    side = 64
    y, x = np.divmod(np.random.default_rng(7).permutation(side * side).astype(np.int32), side)
    order = hilbert_order(x, y)
    step = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert step.max() == 1  # the curve never jumps on a full square


def on_the_ellipsoid(lon: float, lat: float) -> F8:
    """Return the point's place in space, metres from the earth's middle (WGS-84)."""
    phi, lam, e2 = np.radians(lat), np.radians(lon), 1 - (1 - 1 / 298.257223563) ** 2
    normal = 6_378_137.0 / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    return np.array(
        [
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - e2) * np.sin(phi),
        ]
    )


@given(st.floats(-179, 179), st.floats(-60, 60), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_lengths_agree_with_the_chord_through_space(
    lon: float, lat: float, east: float, north: float
) -> None:
    chord = np.linalg.norm(on_the_ellipsoid(lon + east, lat + north) - on_the_ellipsoid(lon, lat))
    ends = (np.array([number]) for number in (lon, lat, lon + east, lat + north))
    assert segment_metres(*ends)[0] == pytest.approx(chord, abs=0.001)


@given(st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_the_plane_goes_there_and_back(x: float, y: float) -> None:
    lon, lat = ORIGIN.degrees(x, y)
    assert np.allclose(ORIGIN.metres(lon, lat), (x, y), atol=1e-6)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    told = Provenance(source="一条街", licence="CC0", counts={"nodes": 3})
    net = a_street(0, 100, 900, names=("人民路", "无名"), name=[0, -1], provenance=told)
    saved = net.save(tmp_path / "streets.net")
    again = Network.load(tmp_path / "streets.net")
    assert saved == net.content_hash == again.content_hash
    assert again.names == ("人民路", "无名")
    assert again.provenance == told
    for name in ("lon", "lat", "ptr", "nbr", "arc_edge", "length_mm", "kind", "shape_lon", "area_kind"):
        ours, theirs = getattr(net, name), getattr(again, name)
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)
        assert not theirs.flags.writeable


def test_arrays_start_at_multiples_of_64_bytes(tmp_path: Path) -> None:
    a_street(0, 100, 200).save(tmp_path / "streets.net")
    net = Network.load(tmp_path / "streets.net")
    for name in ("lon", "nbr", "length_mm", "kind", "name"):
        assert getattr(net, name).ctypes.data % 64 == 0


def test_the_same_streets_give_the_same_hash_and_others_do_not() -> None:
    assert a_street(0, 100).content_hash == a_street(0, 100).content_hash
    assert a_street(0, 100).content_hash != a_street(0, 101).content_hash


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_changed_byte_is_noticed(tmp_path: Path, at: float) -> None:
    path = tmp_path / "streets.net"
    a_street(0, 100, 300).save(path)
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * at)] ^= 0x40
    path.write_bytes(raw)
    with pytest.raises(DamagedNetworkFile, match="已损坏"):
        Network.load(path)


@pytest.mark.parametrize("size", [8, 20, 60, 1000, -64, -1])
def test_a_shortened_file_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "streets.net"
    a_street(0, 100, 300).save(path)
    path.write_bytes(path.read_bytes()[:size])
    for verify in (True, False):
        with pytest.raises(DamagedNetworkFile):
            Network.load(path, verify=verify)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a workbook", "名称,经度\n".encode() * 40])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "streets.net"
    path.write_bytes(content)
    with pytest.raises(NotANetworkFile, match="重新导入"):
        Network.load(path)


def test_a_file_of_another_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "streets.net"
    a_street(0, 100).save(path)
    raw = bytearray(path.read_bytes())
    raw[8] = 9
    path.write_bytes(raw)
    with pytest.raises(WrongNetworkVersion, match="第 9 版"):
        Network.load(path)


def test_a_file_that_fails_to_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "streets.net"
    before = a_street(0, 100).save(path)
    path.with_name(f"{path.name}.d").mkdir()
    with pytest.raises(IsADirectoryError):
        a_street(0, 200).save(path.with_name(f"{path.name}.d"))
    assert Network.load(path).content_hash == before
    assert [found.name for found in tmp_path.iterdir() if "tmp" in found.name] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"u": [0, 5]},
        {"u": [0]},
        {"length_m": [1.0, -2.0]},
        {"length_m": [1.0, float("nan")]},
        {"name": [0, 3], "names": ("一", "二")},
        {"kind": [0, 0, 0]},
    ],
)
def test_edges_that_describe_no_network_are_refused(wrong: dict[str, Any]) -> None:
    lon, lat = ORIGIN.degrees(np.array([0, 100, 200]), np.zeros(3))
    with pytest.raises(BadEdges):
        Network.from_edges(lon, lat, **{"u": [0, 1], "v": [1, 2], **wrong})


def test_a_place_that_is_not_on_the_globe_is_refused() -> None:
    with pytest.raises(BadCoordinate):
        Network.from_edges([113.0, 36.0], [36.0, 113.0], [0], [1])


def test_a_network_without_edges_can_be_kept(tmp_path: Path) -> None:
    net = Network.from_edges([113.0], [36.0], [], [])
    net.save(tmp_path / "empty.net")
    assert Network.load(tmp_path / "empty.net").nodes == 1
    assert net.ptr.tolist() == [0, 0]


def test_a_point_far_from_every_street_is_refused_with_its_place() -> None:
    net = a_street(0, 1000)
    near = ORIGIN.degrees(np.array([0, 1900]), np.array([900, 0]))
    net.check_inside(*near)
    net.check_inside(113.0505, 36.0505)
    with pytest.raises(OutOfNetwork, match=r"113\.0\d+.纬度 36\.2"):
        net.check_inside([113.0505, 113.0505], [36.05, 36.2])


def test_numbers_stay_when_asked_to() -> None:
    lon, lat = ORIGIN.degrees(np.array([300, 0, 100]), np.zeros(3))
    net = Network.from_edges(lon, lat, [0, 2], [2, 1], reorder=False)
    assert np.allclose(net.lon * UNIT, lon, atol=1e-7)
    assert (net.edge_u.tolist(), net.edge_v.tolist()) == ([0, 2], [2, 1])
