"""The Jinja2 environment of every page.

A page that names something nobody passed fails at once (StrictUndefined) instead of showing a hole.
Everything printed is escaped. Texts go through Django's gettext, so Python and pages share one catalogue.
"""

from typing import Any

import jinja2
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from lingju.bookings.queries import calls
from lingju.kernel import clock
from lingju.places import hours
from lingju.site import drawing, facilities, phrases
from lingju.site.frame import frame_of, unread_of


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page by its name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def open_words(state: hours.OpenState) -> str:
    """Say whether it is open, as seen from now."""
    return hours.words(state, clock.now())


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment from the options that Django's backend hands over."""
    options |= {
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": True,
    }
    made = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701  set above
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals |= {
        "calls_of": calls.counts,
        "frame_of": frame_of,
        "glances": facilities.glances,
        "icon": drawing.icon,
        "mark": drawing.mark,
        "messages_of": get_messages,
        "now": clock.now,
        "open_words": open_words,
        "ring": drawing.ring,
        "static": static,
        "unread_of": unread_of,
        "url": url,
    }
    made.filters |= phrases.FILTERS
    return made
