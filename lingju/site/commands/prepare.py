"""Make the installation ready to serve; safe to repeat."""

import argparse
import time
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lingju.site.commands import _django  # noqa: F401  isort: skip

from django.conf import settings
from django.core.management import call_command

from lingju.places.models import District
from lingju.site.demo import story
from lingju.site.warming import warm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing but the wish for an empty district."""
    parser.add_argument("--no-demo", action="store_true", help="do not fill the demo district")


def run(arguments: argparse.Namespace) -> int:
    """Prepare everything, saying how long each step took."""
    steps = [
        ("words", compile_words),
        ("tables", lambda: call_command("migrate", interactive=False, verbosity=0)),
        ("static files", lambda: call_command("collectstatic", interactive=False, verbosity=0)),
    ]
    if settings.LINGJU.mode == "demo" and not arguments.no_demo:
        steps.append(("demo district", fill_if_empty))
    steps.append(("engine", warm))  # compiles the kernels once, for every process to come
    for name, step in steps:
        began = time.perf_counter()
        step()
        print(f"  {name:<14} {time.perf_counter() - began:5.1f} s")
    return 0


def compile_words() -> None:
    """Compile each catalogue whose source is newer than what was compiled from it."""
    for source in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text, compiled.open("wb") as binary:
            write_mo(binary, read_po(text, locale=source.parts[-3]))


def fill_if_empty() -> None:
    """Tell the demo story where no district stands yet."""
    if not District.objects.exists():
        story.tell()
