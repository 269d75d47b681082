"""Encrypting single cells, finding them blindly, and marking what must not be forged.

    v1 . a . k1 . base64url(nonce ‖ ciphertext ‖ tag)
     │   │    └ which key of the ring
     │   └───── which cipher: a = AES-256-GCM, s = SM4-GCM
     └───────── which format

The first key of the ring encrypts, every key of it decrypts, so that keys are changed while the house is
in use. A cell is bound to its place (table, column, row) as associated data: put into another cell it
does not open. From each key of the ring one key per cipher is derived (HKDF), so none serves two ciphers.
The blind index is an HMAC over the normalised value, bound to its column: equal values are found within
a column and cannot be matched across columns. Where SM4 is chosen, SM3 takes SHA-256's place throughout.

Sources: NIST SP 800-38D (GCM), RFC 8998 (SM4-GCM), RFC 5869 (HKDF), GB/T 32905 (SM3), GB/T 32907 (SM4).
"""

import base64
import binascii
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

AES, SM4 = "AES-256-GCM", "SM4-GCM"
SHA256, SM3 = "SHA-256", "SM3"
CODES = {AES: "a", SM4: "s"}
NAMES = {code: name for name, code in CODES.items()}
KEY_BYTES = {AES: 32, SM4: 16}
NONCE_BYTES = 12
TAG_BYTES = 16

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {SHA256: hashes.SHA256, SM3: hashes.SM3}
_FORM = re.compile(r"v1\.([as])\.([a-z0-9]{1,8})\.([A-Za-z0-9_-]+={0,2})")
_FILE_HEAD = re.compile(rb"v1\.([as])\.([a-z0-9]{1,8})\.")
_NUMBER = re.compile(r"[\d\s\-()+]*\d[\d\s\-()+]*x?")  # a phone, or an identity number that may end in x
_BETWEEN_DIGITS = re.compile(r"[\s\-()+]+")
_COUNTRY = re.compile(r"^(?:86|0086)(?=1\d{10}$)")


class CannotOpen(Exception):
    """A cell does not open; the base of what may be wrong with it."""


class NotCiphertext(CannotOpen):
    """The text was not made by this module."""


class UnknownKey(CannotOpen):
    """The cell was encrypted by a key that is not in the ring."""


class Tampered(CannotOpen):
    """The cell was altered, or moved here from another row, column or table."""


def seal_bytes(cipher: str, key: bytes, nonce: bytes, data: bytes, bound: bytes) -> bytes:
    """Return ciphertext and tag of `data`, with `bound` as associated data, under a plain cipher."""
    if cipher == AES:
        return AESGCM(key).encrypt(nonce, data, bound)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return encryptor.update(data) + encryptor.finalize() + encryptor.tag


def open_bytes(cipher: str, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Return the data that `seal_bytes` sealed; raise InvalidTag if a bit of anything differs."""
    if cipher == AES:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    data, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(data) + decryptor.finalize()


def digest(data: bytes, algorithm: str = SHA256) -> bytes:
    """Return the 32 bytes of a SHA-256 or SM3 digest."""
    hasher = hashes.Hash(_HASHES[algorithm]())
    hasher.update(data)
    return hasher.finalize()


def keyed_digest(key: bytes, data: bytes, algorithm: str = SHA256) -> bytes:
    """Return the 32 bytes of an HMAC over SHA-256 or SM3."""
    hasher = hmac.HMAC(key, _HASHES[algorithm]())
    hasher.update(data)
    return hasher.finalize()


def normalise(value: str) -> str:
    """Return a value as the blind index compares it.

    Full-width forms become half-width, case is folded, outer space goes. Of a number spaces, hyphens and
    brackets go too, and the country's code before a mobile phone: `＋86 138-0355 0000` is `13803550000`.
    """
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    if not _NUMBER.fullmatch(text):
        return text
    return _COUNTRY.sub("", _BETWEEN_DIGITS.sub("", text))


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of this installation: the first of `keys` encrypts with `cipher`, all decrypt."""

    keys: tuple[tuple[str, bytes], ...]
    cipher: str
    index_key: bytes

    @property
    def hash_name(self) -> str:
        """Return the digest that goes with the chosen cipher: SM3 with SM4, else SHA-256."""
        return SM3 if self.cipher == SM4 else SHA256

    def encrypt(self, text: str, place: str) -> str:
        """Encrypt `text` for one place; the same text never gives the same cell twice."""
        sealed = self._seal(text.encode(), place)
        return f"{self._head()}{base64.urlsafe_b64encode(sealed).decode()}"

    def decrypt(self, cell: str, place: str) -> str:
        """Return the text of a cell found at `place`; raise a CannotOpen that says what is wrong."""
        return self._open(*_parts(cell), place).decode()

    def encrypt_file(self, data: bytes, place: str) -> bytes:
        """Encrypt the bytes of a file for one place: a cell whose sealed part stays binary."""
        return self._head().encode() + self._seal(data, place)

    def decrypt_file(self, sealed: bytes, place: str) -> bytes:
        """Return the bytes of a file found at `place`; raise a CannotOpen that says what is wrong."""
        return self._open(*_file_parts(sealed), place)

    def is_current_file(self, sealed: bytes) -> bool:
        """Say whether a file was encrypted by the ring's first key and chosen cipher."""
        return _file_parts(sealed)[:2] == (self.cipher, self.keys[0][0])

    def _head(self) -> str:
        return f"v1.{CODES[self.cipher]}.{self.keys[0][0]}."

    def _seal(self, data: bytes, place: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        key = _derived(self.keys[0][1], self.cipher)
        return nonce + seal_bytes(self.cipher, key, nonce, data, place.encode())

    def _open(self, cipher: str, key_id: str, sealed: bytes, place: str) -> bytes:
        key = dict(self.keys).get(key_id)
        if key is None or len(key) < KEY_BYTES[cipher]:
            raise UnknownKey(f"{place}: encrypted by key {key_id!r}, which the ring does not hold")
        nonce, sealed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return open_bytes(cipher, _derived(key, cipher), nonce, sealed, place.encode())
        except InvalidTag:
            raise Tampered(f"{place}: what is there was altered or belongs to another place") from None

    def is_current(self, cell: str) -> bool:
        """Say whether a cell was made by the ring's first key and chosen cipher."""
        cipher, key_id, _sealed = _parts(cell)
        return (cipher, key_id) == (self.cipher, self.keys[0][0])

    def reencrypt(self, cell: str, place: str) -> str:
        """Return the cell under the ring's first key and cipher; unchanged where it already is."""
        return cell if self.is_current(cell) else self.encrypt(self.decrypt(cell, place), place)

    def blind(self, value: str, column: str) -> str:
        """Return 64 hexadecimal digits by which an encrypted value of `column` is found."""
        data = f"{column}\0{normalise(value)}".encode()
        return keyed_digest(self.index_key, data, self.hash_name).hex()

    def mark(self, data: bytes, purpose: str) -> str:
        """Return 64 hexadecimal digits that only a holder of this installation's keys can make."""
        key = keyed_digest(self.index_key, f"lingju mark {purpose}".encode())
        return keyed_digest(key, data).hex()


def _parts(cell: str) -> tuple[str, str, bytes]:
    """Return cipher, key id and sealed bytes of a cell."""
    form = _FORM.fullmatch(cell)
    if form is None:
        raise NotCiphertext("the text is not an encrypted cell")
    try:
        sealed = base64.urlsafe_b64decode(form[3])
    except (binascii.Error, ValueError):
        raise NotCiphertext("the text is not an encrypted cell") from None
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise NotCiphertext("the encrypted cell was cut short")
    return NAMES[form[1]], form[2], sealed


def _file_parts(file: bytes) -> tuple[str, str, bytes]:
    """Return cipher, key id and sealed bytes of an encrypted file."""
    head = _FILE_HEAD.match(file)
    if head is None:
        raise NotCiphertext("the file is not an encrypted one")
    sealed = file[head.end() :]
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise NotCiphertext("the encrypted file was cut short")
    return NAMES[head[1].decode()], head[2].decode(), sealed


@lru_cache(maxsize=64)
def _derived(key: bytes, cipher: str) -> bytes:
    """Derive the key that serves one cipher from a key of the ring."""
    algorithm = hashes.SM3() if cipher == SM4 else hashes.SHA256()
    info = f"lingju field {cipher}".encode()
    return HKDF(algorithm=algorithm, length=KEY_BYTES[cipher], salt=None, info=info).derive(key)


@lru_cache(maxsize=8)
def _ring_of(keys: tuple[tuple[str, bytes], ...], cipher: str, index_key: bytes) -> KeyRing:
    return KeyRing(keys, cipher, index_key)


def ring() -> KeyRing:
    """Return the key ring of the running installation."""
    env = settings.LINGJU
    return _ring_of(env.field_keys, env.field_cipher, env.index_key)
