"""Cells open for the right key at the right place, and for nothing else."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel import crypto
from lingju.kernel.crypto import AES, SM3, SM4, KeyRing

VECTORS = Path(__file__).resolve().parents[4] / "shared/data/cn/test_vectors.json"
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
RING = KeyRing((OLD,), AES, b"i" * 32)
NATIONAL = KeyRing((OLD,), SM4, b"i" * 32)
PLACE = "people.account.phone/1"


def hexed(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


def test_aes_gcm_gives_what_nist_published() -> None:
    # McGrew and Viega, The Galois/Counter Mode of Operation, test case 16.
    key = hexed("feffe9928665731c6d6a8f9467308308") * 2
    data = hexed(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = hexed(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    nonce, bound = hexed("cafebabefacedbaddecaf888"), hexed("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert crypto.seal_bytes(AES, key, nonce, data, bound) == sealed
    assert crypto.open_bytes(AES, key, nonce, sealed, bound) == data


def test_sm4_gcm_gives_what_rfc_8998_published() -> None:
    key, nonce = hexed("0123456789ABCDEFFEDCBA9876543210"), hexed("00001234567800000000ABCD")
    data = hexed("AA" * 8 + "BB" * 8 + "CC" * 8 + "DD" * 8 + "EE" * 8 + "FF" * 8 + "EE" * 8 + "AA" * 8)
    bound = hexed("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    sealed = hexed(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert crypto.seal_bytes(SM4, key, nonce, data, bound) == sealed
    assert crypto.open_bytes(SM4, key, nonce, sealed, bound) == data
    with pytest.raises(InvalidTag):
        crypto.open_bytes(SM4, key, nonce, sealed, b"elsewhere")


def test_sm3_gives_what_the_standard_published() -> None:
    # GB/T 32905-2016, appendix A.
    assert crypto.digest(b"abc", SM3).hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert crypto.digest(b"abcd" * 16, SM3).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
def test_the_shared_vectors_hold() -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert crypto.digest(b"abc", SM3).hex() == vectors["SM3"]["abc"]
    sm4 = {name: bytes.fromhex(value) for name, value in vectors["SM4_ECB"].items()}
    encryptor = Cipher(algorithms.SM4(sm4["key"]), modes.ECB()).encryptor()
    assert encryptor.update(sm4["pt"]) == sm4["ct"]


@pytest.mark.parametrize("ring", [RING, NATIONAL])
@given(text=st.text())
def test_what_goes_in_comes_out(ring: KeyRing, text: str) -> None:
    assert ring.decrypt(ring.encrypt(text, PLACE), PLACE) == text


@pytest.mark.parametrize("ring", [RING, NATIONAL])
@given(bit=st.integers(min_value=0))
def test_a_single_bit_that_differs_is_noticed(ring: KeyRing, bit: int) -> None:
    head, _, body = ring.encrypt("13803550000", PLACE).rpartition(".")
    sealed = bytearray(base64.urlsafe_b64decode(body))
    bit %= len(sealed) * 8
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(crypto.Tampered, match="altered"):
        ring.decrypt(f"{head}.{base64.urlsafe_b64encode(sealed).decode()}", PLACE)


@pytest.mark.parametrize(
    "elsewhere", ["people.account.phone/2", "people.account.note/1", "people.signincode.phone/1"]
)
def test_a_cell_moved_to_another_place_does_not_open(elsewhere: str) -> None:
    with pytest.raises(crypto.Tampered):
        RING.decrypt(RING.encrypt("13803550000", PLACE), elsewhere)


def test_the_same_text_never_gives_the_same_cell() -> None:
    assert len({RING.encrypt("138", PLACE) for _ in range(100)}) == 100


def test_a_ring_opens_with_every_key_and_encrypts_with_the_first() -> None:
    cell = RING.encrypt("138", PLACE)
    both = KeyRing((NEW, OLD), AES, b"i" * 32)
    assert both.decrypt(cell, PLACE) == "138"
    assert not both.is_current(cell)
    renewed = both.reencrypt(cell, PLACE)
    assert renewed.startswith("v1.a.k2.")
    assert both.reencrypt(renewed, PLACE) == renewed
    with pytest.raises(crypto.UnknownKey, match="k2"):
        RING.decrypt(renewed, PLACE)


def test_changing_the_cipher_counts_as_an_old_cell() -> None:
    cell = RING.encrypt("138", PLACE)
    renewed = NATIONAL.reencrypt(cell, PLACE)
    assert renewed.startswith("v1.s.k1.")
    assert NATIONAL.decrypt(renewed, PLACE) == "138"


def test_a_cell_whose_label_was_changed_to_another_cipher_or_key_does_not_open() -> None:
    cell = RING.encrypt("138", PLACE)
    with pytest.raises(crypto.Tampered):
        KeyRing((("k2", b"1" * 31 + b"2"), OLD), AES, b"").decrypt(cell.replace(".k1.", ".k2."), PLACE)
    with pytest.raises(crypto.Tampered):
        RING.decrypt(cell.replace("v1.a.", "v1.s."), PLACE)


@pytest.mark.parametrize(
    "text", ["", "13803550000", "v1.a.k1.", "v1.x.k1.AAAA", "v2.a.k1.AAAA", "v1.a.k1.AAAA"]
)
def test_what_was_never_encrypted_is_said_so(text: str) -> None:
    with pytest.raises(crypto.NotCiphertext):
        RING.decrypt(text, PLACE)


@pytest.mark.parametrize(
    "written",
    [
        "13803550000",
        " 138-0355-0000 ",
        "１３８０３５５００００",
        "+86 138 0355 0000",
        "＋８６－13803550000",
        "0086 13803550000",
    ],
)
def test_a_phone_in_any_notation_has_one_blind_index(written: str) -> None:
    assert RING.blind(written, "people.account.phone") == RING.blind("13803550000", "people.account.phone")


def test_a_blind_index_tells_columns_and_installations_apart() -> None:
    here = RING.blind("138", "a.b")
    assert len(here) == 64
    assert here != RING.blind("138", "a.c")
    assert here != KeyRing((OLD,), AES, b"j" * 32).blind("138", "a.b")
    assert here != NATIONAL.blind("138", "a.b")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0355-8080000", "03558080000"),
        ("（0355）8080000", "03558080000"),
        ("140404195603120O11", "140404195603120o11"),
        ("1404 0419 5603 1200 1Ｘ", "14040419560312001x"),
        ("张 三", "张 三"),
        ("A－1", "a-1"),
        ("", ""),
    ],
)
def test_normalising_changes_notation_and_nothing_else(written: str, normal: str) -> None:
    assert crypto.normalise(written) == normal


def test_a_mark_is_bound_to_its_purpose() -> None:
    assert RING.mark(b"x", "seal") != RING.mark(b"x", "other")
