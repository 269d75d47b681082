"""The layout plan: every spot once, names on two lines, power marked, nothing unescaped."""

import xml.etree.ElementTree as ET

import pytest

from lingju.market.layout import Cell, broken, drawing

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*cells: Cell) -> ET.Element:
    return ET.fromstring(drawing(cells, title="图", power="有电", way="过道"))


def test_every_spot_is_drawn_once_within_the_sheet_and_none_on_another() -> None:
    cells = [Cell(row, column, f"{row}{column}") for row in range(1, 5) for column in range(1, 7)]
    svg = drawn(*cells)
    wide, high = (float(n) for n in svg.attrib["viewBox"].split()[2:])
    boxes = [tuple(float(box.attrib[n]) for n in ("x", "y", "width", "height")) for box in svg.iter("rect")]
    assert len(set(boxes)) == 24
    assert all(x >= 0 and y >= 0 and x + w <= wide and y + h <= high for x, y, w, h in boxes)
    for x, y, w, h in boxes:
        others = [o for o in boxes if o != (x, y, w, h)]
        assert not any(o[0] < x + w and x < o[0] + o[2] and o[1] < y + h and y < o[1] + o[3] for o in others)
    assert [text.text for text in svg.iter("text") if text.attrib["class"] == "mp-way"] == ["过道"] * 3


def test_a_stall_shows_its_name_its_zone_and_its_power() -> None:
    svg = drawn(Cell(1, 1, "A1", True, "量血压", "医疗便民", "medical"), Cell(1, 2, "A2"))
    words = [text.text for text in svg.iter("text")]
    assert words == ["A1", "医疗便民", "量血压", "A2"]
    assert [box.attrib["class"] for box in svg.iter("rect")] == ["mp-box mp-medical", "mp-box mp-free"]
    assert len(list(svg.iter("path"))) == 1


def test_words_are_escaped_and_no_style_is_inline() -> None:
    svg = drawing([Cell(1, 1, "A1", False, "<b>&", "区", "sport")], title="<t>", power="电", way="道")
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;" in svg
    assert "style=" not in svg


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("", ()),
        ("磨剪刀", ("磨剪刀",)),
        ("家电维修和手机教学", ("家电维修和手机", "教学")),
        ("一二三四五六七八九十一二三四五六", ("一二三四五六七", "八九十一二三…")),
        ("CPR 心肺复苏", ("CPR 心肺复苏",)),
    ],
)
def test_a_name_is_broken_into_two_lines_at_most(words: str, lines: tuple[str, ...]) -> None:
    assert broken(words) == lines


def test_a_long_zone_is_cut_before_it_runs_into_the_next_spot() -> None:
    svg = drawn(Cell(1, 1, "A1", True, "防诈骗", "Information and talks", "telling"))
    (zone,) = (text.text for text in svg.iter("text") if text.attrib["class"] == "mp-zone")
    assert zone == "Informati…"


def test_an_empty_layout_is_still_a_picture() -> None:
    assert drawing([], title="图", power="电", way="道").startswith("<svg")
