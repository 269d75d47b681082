"""The Jinja2 environment of every page."""

from typing import Any

import jinja2


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment."""
    return jinja2.Environment(**options)  # noqa: S701  autoescape is set by Django's backend
