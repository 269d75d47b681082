"""Merkle trees over footprints: one root stands for a batch, and any change of a leaf changes it.

Leaves and nodes are hashed with different prefixes, as in RFC 6962 section 2.1, so that a node can never
be passed off as a leaf. Pure: bytes in, bytes out.
"""

from collections.abc import Callable, Sequence

Hash = Callable[[bytes], bytes]

LEAF, NODE, LINK = b"\x00", b"\x01", b"\x02"
ID_BYTES, DIGEST_BYTES = 8, 32
LEAF_BYTES = ID_BYTES + DIGEST_BYTES


def leaf(data: bytes, hashed: Hash) -> bytes:
    """Return the digest of one footprint's canonical bytes."""
    return hashed(LEAF + data)


def root(leaves: Sequence[bytes], hashed: Hash) -> bytes:
    """Return the root over `leaves`, in order; raise ValueError for none.

    A level with an odd node out lifts it unchanged, which yields the tree of RFC 6962.
    """
    if not leaves:
        raise ValueError("a tree has one leaf at least")
    level = list(leaves)
    while len(level) > 1:
        pairs = [hashed(NODE + left + right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(level) & ~1 :]
    return level[0]


def link(previous: str, head: str, hashed: Hash) -> str:
    """Return the chain value of a batch: its head bound to the chain value before it."""
    return hashed(LINK + bytes.fromhex(previous) + head.encode()).hex()


def pack(leaves: Sequence[tuple[int, bytes]]) -> bytes:
    """Return ids and digests as bytes, 40 for each."""
    return b"".join(number.to_bytes(ID_BYTES, "big") + digest for number, digest in leaves)


def unpack(data: bytes) -> list[tuple[int, bytes]]:
    """Return the ids and digests that `pack` packed; what is cut short yields a short last digest."""
    cuts = range(0, len(data), LEAF_BYTES)
    return [
        (int.from_bytes(data[at : at + ID_BYTES], "big"), data[at + ID_BYTES : at + LEAF_BYTES])
        for at in cuts
    ]
