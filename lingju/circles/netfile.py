"""One file of named arrays that opens in a millisecond: preamble, JSON header, 64-byte aligned arrays.

    0   8 bytes   magic
    8   u32       format version
    12  u32       length of the JSON header
    16  32 bytes  sha256 of all that follows
    48  header    {"meta": …, "arrays": {name: [dtype, count, offset]}, "size": …}, UTF-8
    …   arrays    little-endian, each at a multiple of 64 from the start of the file

The same arrays and meta always give the same bytes, so the sha256 names the content. Arrays are mapped
read-only: several processes share one copy of the pages, and nobody can spoil the file.
"""

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingju.circles.errors import DamagedNetworkFile, NotANetworkFile, WrongNetworkVersion

MAGIC = b"\x89LINGJU\n"
VERSION = 1
ALIGN = 64
_PREAMBLE = struct.Struct("<8sII32s")
_MOST_HEADER = 1 << 20

Arrays = Mapping[str, NDArray[Any]]


def content_hash(arrays: Arrays, meta: Mapping[str, Any]) -> str:
    """Return the sha256 (hex) that `write` stores for these arrays and this meta."""
    return _digest(_chunks(arrays, meta)).hex()


def write(path: Path, arrays: Arrays, meta: Mapping[str, Any]) -> str:
    """Write the file whole or not at all (written beside, then renamed); return its content hash."""
    digest = _digest(_chunks(arrays, meta))
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(_PREAMBLE.pack(MAGIC, VERSION, len(_header(arrays, meta)), digest))
            file.writelines(_chunks(arrays, meta))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return digest.hex()


def read(path: Path, *, verify: bool = True) -> tuple[dict[str, NDArray[Any]], dict[str, Any], str]:
    """Map the file; return its arrays (read-only), its meta and its content hash.

    `verify` also compares the sha256 (about 1 ms a megabyte). Raises NotANetworkFile, WrongNetworkVersion
    and DamagedNetworkFile; OSError when there is no such file.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        preamble = file.read(_PREAMBLE.size)
        header_size, digest = _opened(path, preamble)
        if size < _PREAMBLE.size + header_size:
            raise DamagedNetworkFile(path=path, detail="文件不完整")
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if verify and hashlib.sha256(view[_PREAMBLE.size :]).digest() != digest:
        raise DamagedNetworkFile(path=path, detail="内容校验不符")
    header = _parsed(path, bytes(view[_PREAMBLE.size : _PREAMBLE.size + header_size]))
    if header["size"] != size:
        raise DamagedNetworkFile(path=path, detail="文件长度不符")
    return _mapped(path, view, header["arrays"]), header["meta"], digest.hex()


def _opened(path: Path, preamble: bytes) -> tuple[int, bytes]:
    if not preamble.startswith(MAGIC):
        raise NotANetworkFile(path=path)
    if len(preamble) < _PREAMBLE.size:
        raise DamagedNetworkFile(path=path, detail="文件不完整")
    _, version, header_size, digest = _PREAMBLE.unpack(preamble)
    if version != VERSION:
        raise WrongNetworkVersion(path=path, found=version, wanted=VERSION)
    if header_size > _MOST_HEADER:
        raise DamagedNetworkFile(path=path, detail="文件头不可读")
    return header_size, digest


def _parsed(path: Path, raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw)
    except ValueError as problem:
        raise DamagedNetworkFile(path=path, detail="文件头不可读") from problem
    if not isinstance(header, dict) or not {"meta", "arrays", "size"} <= header.keys():
        raise DamagedNetworkFile(path=path, detail="文件头不可读")
    return header


def _mapped(path: Path, view: memoryview, table: Mapping[str, list[Any]]) -> dict[str, NDArray[Any]]:
    try:
        return {
            name: np.frombuffer(view, np.dtype(kind), count, offset)
            for name, (kind, count, offset) in table.items()
        }
    except (ValueError, TypeError) as problem:
        raise DamagedNetworkFile(path=path, detail="数组表不可读") from problem


def _little(array: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))


def _header(arrays: Arrays, meta: Mapping[str, Any]) -> bytes:
    """Lay the arrays out. The header's own length moves them, so it is padded to a multiple of 64."""
    sizes = {name: _padded(array.nbytes) for name, array in arrays.items()}
    room = _padded(_PREAMBLE.size + 4096 + len(json.dumps(meta, ensure_ascii=False).encode()))
    table, offset = {}, room
    for name, array in arrays.items():
        table[name] = [_little(array).dtype.str, len(array), offset]
        offset += sizes[name]
    header = {"arrays": table, "meta": meta, "size": offset}
    raw = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    return raw.ljust(room - _PREAMBLE.size)


def _chunks(arrays: Arrays, meta: Mapping[str, Any]) -> Iterator[bytes | memoryview]:
    yield _header(arrays, meta)
    for array in arrays.values():
        yield _little(array).data.cast("B") if len(array) else b""
        yield bytes(_padded(array.nbytes) - array.nbytes)


def _digest(chunks: Iterator[bytes | memoryview]) -> bytes:
    sha = hashlib.sha256()
    for chunk in chunks:
        sha.update(chunk)
    return sha.digest()


def _padded(size: int) -> int:
    return -(-size // ALIGN) * ALIGN
