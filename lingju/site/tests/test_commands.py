"""The command line: each verb explains itself, computes without a database, refuses with a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lingju.circles.network import Network
from lingju.site.cli import VERBS, main
from tests.world import a_grid

STATIONS = "name,lon,lat,crs\n甲站,113.0501,36.0523,WGS-84\n乙站,113.0560,36.0523,WGS-84\n"
HOMES = "lon,lat,crs,persons\n113.0512,36.0523,WGS-84,30\n113.0540,36.0530,WGS-84,12\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    a_grid(tmp_path / "town.streets")
    (tmp_path / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (tmp_path / "homes.csv").write_text(HOMES, encoding="utf-8")
    return tmp_path


def ask_circle(folder: Path, *more: str) -> int:
    return main(
        ["circle", "--streets", f"{folder}/town.streets", "--stations", f"{folder}/stations.csv", *more]
    )


def test_without_a_verb_every_verb_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert [verb for verb in VERBS if verb not in listed] == []


def test_a_verb_that_does_not_exist_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dance"]) == 2
    assert "there is no verb 'dance'" in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    assert end.value.code == 0
    assert f"lingju {verb}" in capsys.readouterr().out


def test_a_circle_is_a_table_and_a_drawing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_circle(folder, "--homes", f"{folder}/homes.csv", "--minutes", "10") == 0
    said = capsys.readouterr().out
    assert "甲站" in said
    assert "adult     10 min: 42 of 42 persons (100.0 %)" in said
    drawn = json.loads((folder / "stations.geojson").read_text(encoding="utf-8"))
    kinds = {feature["geometry"]["type"] for feature in drawn["features"]}
    assert "Point" in kinds
    assert kinds & {"Polygon", "MultiPolygon"}


def test_fewer_minutes_never_reach_more(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = []
    for minutes in ("1", "3", "10"):
        assert ask_circle(folder, "--homes", f"{folder}/homes.csv", "--minutes", minutes) == 0
        line = next(row for row in capsys.readouterr().out.splitlines() if row.startswith("adult"))
        counts.append(int(line.split("min: ")[1].split()[0]))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("stations.csv", "name,x,y\n甲,1,2\n", "needs the columns lon and lat"),
        ("stations.csv", "lon,lat,crs\n,36,WGS-84\n", "row 2: lon and lat must be numbers"),
        ("stations.csv", "lon,lat,crs\n113.05,36.05,\n", ""),
        ("stations.csv", "lon,lat,crs\n113.05,36.05,MARS\n", ""),
        ("homes.csv", "", "one row at least"),
        ("town.streets", "not a network", ""),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    file: str, text: str, sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    assert ask_circle(folder, "--homes", f"{folder}/homes.csv") == 1
    said = capsys.readouterr().err
    assert said.startswith("lingju: ")
    assert sentence in said
    assert "Traceback" not in said


def test_too_many_minutes_are_misuse(folder: Path) -> None:
    assert ask_circle(folder, "--minutes", "90") == 2


def test_a_network_file_says_where_it_came_from(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["streets", "show", f"{folder}/town.streets"]) == 0
    net = Network.load(folder / "town.streets")
    assert f"{net.nodes} nodes, {net.edges} edges" in capsys.readouterr().out


@pytest.mark.django_db
def test_streets_without_a_district_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["streets", "use", f"{folder}/town.streets"]) == 1
    assert "has not been founded" in capsys.readouterr().out


@pytest.mark.slow
def test_computing_verbs_start_without_django(folder: Path) -> None:
    """Ask in a process of its own which modules were loaded: a figure must not need a database."""
    script = (
        "import sys; from lingju.site.cli import main;"
        f"code = main(['streets', 'show', {str(folder / 'town.streets')!r}]);"
        "sys.exit(code or ('django.db' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
