"""Official examples are read and written again; what is no HSDS is refused with a sentence."""

from typing import Any

import orjson
import pytest

from lingju.places.hsds_read import (
    BOM,
    TABLES,
    Record,
    Unreadable,
    flat,
    packed,
    read,
    read_csv,
    read_json,
    read_page,
    unpacked,
    write,
    write_csv,
)
from lingju.places.tests.hsds_official import EXAMPLES, example, faults, keywords

TABLES_OF_EXAMPLES = sorted(path.stem for path in EXAMPLES.glob("*.csv"))
ID = "48102e86-bb50-41c4-8f1e-e269368c41d1"


def test_the_official_full_example_comes_out_as_it_went_in() -> None:
    text = example("service_full.json")
    service = read_json("service", text)
    assert write(service) == orjson.loads(text)
    assert read("service", write(service)) == service
    assert faults("service", "3.1", write(service)) == []


def test_what_is_read_is_typed_by_where_it_stands() -> None:
    service = read_json("service", example("service_full.json"))
    inside = {key: record.kind for key, record in service.inside()}
    assert inside["organization"] == "organization"
    assert inside["service_at_locations"] == "service_at_location"
    assert inside["additional_urls"] == "url"
    assert service["minimum_age"] == 12
    assert service["no_such_field"] is None


@pytest.mark.parametrize("kind", TABLES_OF_EXAMPLES)
def test_an_official_table_comes_out_as_it_went_in(kind: str) -> None:
    text = example(f"{kind}.csv").decode()
    records = read_csv(kind, text)
    assert len(records) == 1
    assert write_csv(records) == text
    assert read_csv(kind, (BOM + write_csv(records)).encode()) == records


def test_there_are_twelve_official_tables() -> None:
    assert len(TABLES_OF_EXAMPLES) == 12


def test_every_kind_of_the_standard_has_its_table() -> None:
    assert set(TABLES) == set(keywords("3.1")["$defs"])


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_what_may_stand_inside_is_what_the_standard_says(version: str) -> None:
    for kind, said in keywords(version)["$defs"].items():
        nested = {name for name, one in said["properties"].items() if "$ref" in one or one["type"] == "array"}
        thing: dict[str, Any] = {
            name: [] if said["properties"][name].get("type") == "array" else {} for name in nested
        }
        record = read(kind, thing)
        assert {key for key, _ in (*record.one, *record.many)} == nested, kind


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_numbers_of_tables_are_the_standards_numbers(version: str) -> None:
    for kind, said in keywords(version)["$defs"].items():
        for name, one in said["properties"].items():
            if one.get("type") in ("number", "string") and name != "id":
                (record,) = read_csv(kind, f"id,{name}\r\n{ID},7\r\n")
                assert isinstance(record[name], str) == (one["type"] == "string"), (kind, name)


def test_the_full_example_lies_flat_and_stands_in_a_package() -> None:
    tables = flat([read_json("service", example("service_full.json"))])
    assert {kind: len(rows) for kind, rows in tables.items() if len(rows) != 1} == {}
    for kind, rows in tables.items():
        for row in rows:
            assert all(
                row[name] is not None for name in keywords("3.1")["$defs"][kind].get("tabular_required", [])
            )
    package = packed(tables, lambda kind: {"path": f"{TABLES[kind]}.csv"})
    assert unpacked(package) == {
        kind: tuple(read_csv(kind, write_csv(rows))) for kind, rows in tables.items()
    }
    assert {kind: {row["id"] for row in rows} for kind, rows in unpacked(package).items()} == {
        kind: {row["id"] for row in rows} for kind, rows in tables.items()
    }


def test_cells_with_commas_quotes_lines_and_formulas_come_back() -> None:
    said = ['一，二,"三"', "两\n行", "=HYPERLINK(1)", "@sum", "+86 355", "'quoted", "＝全角"]
    records = tuple(Record("phone", (("id", ID), ("number", one))) for one in said)
    text = write_csv(records)
    assert read_csv("phone", text) == records
    assert not any(line.split(",", 1)[-1].startswith(("=", "@")) for line in text.splitlines())


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], "service"),
        ("text", "service"),
        ({"phones": {}}, "service.phones"),
        ({"phones": ["x"]}, "service.phones[0]"),
        ({"organization": []}, "service.organization"),
        ({"name": ["a"]}, "service.name"),
        ({"name": {"zh": "a"}}, "service.name"),
    ],
)
def test_what_is_no_service_is_refused_where_it_goes_wrong(given: Any, path: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("service", given)
    assert refusal.value.path == path
    assert refusal.value.status == 422


def test_a_nest_without_end_is_refused() -> None:
    given: dict[str, Any] = {}
    for _ in range(200):
        given = {"service_at_locations": [{"service": given}]}
    with pytest.raises(Unreadable):
        read("service", given)


@pytest.mark.parametrize("text", ["", "name\r\nx\r\n", 'id\r\n"open', "id,name\r\n1\r\n", b"\xff\xfe"])
def test_what_is_no_table_is_refused(text: str | bytes) -> None:
    with pytest.raises(Unreadable):
        read_csv("service", text)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"contents": 1}', '{"contents": [], "total_items": "x"}'])
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_page("service", text)


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(Unreadable):
        unpacked(b"PK not a zip")


def test_nothing_given_is_left_out() -> None:
    assert write(read("service", {"id": ID, "name": None, "phones": []})) == {"id": ID, "phones": []}
