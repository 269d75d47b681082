"""Private files: closed on disk, bound to their place, kept once, swept only when nobody can want them."""

import dataclasses
import datetime as dt
import os
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings

from lingju.kernel import clock, crypto, vault
from lingju.kernel.crypto import AES, SM4
from lingju.kernel.errors import NotNow

CONTENT = b"a face at the door of 3-2-501" * 40
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
NIGHT = dt.timedelta(hours=12)


@pytest.fixture(autouse=True)
def var(settings: LazySettings, tmp_path: Path) -> Path:
    with_keys(settings, OLD, var=tmp_path)
    return tmp_path


def with_keys(
    settings: LazySettings, *keys: tuple[str, bytes], cipher: str = AES, var: Path | None = None
) -> None:
    env = settings.LINGJU
    settings.LINGJU = dataclasses.replace(env, field_keys=keys, field_cipher=cipher, var=var or env.var)


def files(var: Path) -> list[Path]:
    return [path for path in var.rglob("*") if path.is_file()]


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_what_is_put_is_got_back_and_lies_closed(cipher: str, var: Path, settings: LazySettings) -> None:
    with_keys(settings, OLD, cipher=cipher)
    name = vault.put(7, CONTENT)
    assert vault.get(7, name) == CONTENT
    (path,) = files(var)
    assert path == var / "media" / "7" / name[:2] / name
    lying = path.read_bytes()
    assert b"face" not in lying
    assert CONTENT[:16] not in lying
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_bytes_are_kept_once_in_a_district(var: Path) -> None:
    assert vault.put(7, CONTENT) == vault.put(7, CONTENT)
    assert len(files(var)) == 1
    vault.put(8, CONTENT)
    assert len(files(var)) == 2


def test_another_districts_file_is_not_there() -> None:
    name = vault.put(7, CONTENT)
    with pytest.raises(FileNotFoundError):
        vault.get(8, name)


def test_a_file_moved_to_another_place_does_not_open(var: Path) -> None:
    name, other = vault.put(7, CONTENT), vault.put(8, b"other")
    (var / "media" / "8" / name[:2]).mkdir(exist_ok=True)
    (var / "media" / "7" / name[:2] / name).replace(var / "media" / "8" / other[:2] / other)
    with pytest.raises(crypto.Tampered):
        vault.get(8, other)


@pytest.mark.parametrize("harm", [b"", b"short", b"v1.a.k1.short", b"v1.a.k1." + b"x" * 60])
def test_a_file_that_was_altered_does_not_open(harm: bytes, var: Path) -> None:
    name = vault.put(7, CONTENT)
    files(var)[0].write_bytes(harm)
    with pytest.raises(crypto.CannotOpen):
        vault.get(7, name)


@pytest.mark.parametrize(
    "name", ["", ".", "../../secrets/x", "/etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "\0"]
)
def test_a_name_that_is_a_path_leads_nowhere(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        vault.get(7, name)
    assert vault.remove(7, name) is False


def test_a_file_is_taken_away_once(var: Path) -> None:
    name = vault.put(7, CONTENT)
    assert vault.remove(7, name) is True
    assert vault.remove(7, name) is False
    assert files(var) == []


def test_a_disk_that_takes_nothing_says_a_sentence(var: Path) -> None:
    (var / "media").write_text("in the way")
    with pytest.raises(NotNow, match="文字照样能交"):
        vault.put(7, CONTENT)


def test_a_write_that_fails_leaves_nothing_behind(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotNow):
        vault.put(7, CONTENT)
    assert files(var) == []


def test_only_old_files_that_no_row_knows_are_swept(var: Path) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        known, orphan = vault.put(7, b"known"), vault.put(7, b"orphan")
        elsewhere = vault.put(8, b"orphan")
        unfinished = var / "media" / "7" / orphan[:2] / f"x{vault.UNFINISHED}"
        unfinished.write_bytes(b"half")
    with time_machine.travel(start + dt.timedelta(hours=13), tick=False):
        young = vault.put(7, b"young")
        assert vault.sweep(7, {known}, NIGHT) == [orphan]
    assert [vault.get(7, known), vault.get(7, young), vault.get(8, elsewhere)] == [
        b"known",
        b"young",
        b"orphan",
    ]
    assert not unfinished.exists()


def test_an_orphan_put_again_is_young_again() -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        name = vault.put(7, CONTENT)
    with time_machine.travel(start + dt.timedelta(hours=13), tick=False):
        vault.put(7, CONTENT)
        assert vault.sweep(7, set(), NIGHT) == []
    assert vault.get(7, name) == CONTENT


def test_a_new_key_wraps_every_file_again(var: Path, settings: LazySettings) -> None:
    name = vault.put(7, CONTENT)
    with_keys(settings, NEW, OLD)
    assert vault.rewrap() == vault.Rewrapped(seen=1, written=1, shut=())
    assert vault.rewrap() == vault.Rewrapped(seen=1, written=0, shut=())
    with_keys(settings, NEW)
    assert vault.get(7, name) == CONTENT


def test_a_file_whose_key_is_gone_is_named(settings: LazySettings) -> None:
    name = vault.put(7, CONTENT)
    with_keys(settings, NEW)
    assert vault.rewrap().shut == (f"7/{name}",)


def test_rewrapping_makes_no_file_younger(settings: LazySettings) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        name = vault.put(7, CONTENT)
    with_keys(settings, NEW, OLD)
    with time_machine.travel(start + dt.timedelta(hours=13), tick=False):
        vault.rewrap()
        assert vault.sweep(7, set(), NIGHT) == [name]
