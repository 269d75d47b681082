"""Encrypt sensitive fields and files again under the first of LINGJU_FIELD_KEYS; safe to repeat."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.kernel import vault
from lingju.kernel.crypto_rotation import rotate_all
from lingju.people.services.factors import reencrypt_secrets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("rotate",))


def run(arguments: argparse.Namespace) -> int:
    """Rotate every table and the vault; return 1 where something opens with no key of the ring."""
    rotated = rotate_all()
    for table in rotated:
        print(f"{table.model}: {table.seen} rows seen, {table.written} written, {len(table.shut)} not opened")
    files = vault.rewrap()
    print(f"files: {files.seen} seen, {files.written} written, {len(files.shut)} not opened")
    print(f"second factors: {reencrypt_secrets()} written")
    return int(any(table.shut for table in rotated) or bool(files.shut))
