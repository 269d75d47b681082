"""Prepare the installation, then serve it: what `make start` does."""

import argparse

from lingju.site.commands import prepare, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what preparing and serving take."""
    prepare.add_arguments(parser)
    serve.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prepare, then serve until stopped."""
    prepare.run(arguments)
    return serve.run(arguments)
