"""Handing out a private photo or recording: whole or one stretch of it, kept by nobody, run by nobody.

Safari plays no sound whose server does not answer ranges (RFC 9110, section 14); several ranges at once
are answered with the whole, which the standard allows.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from lingju.kernel.media import ENDINGS

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
# Opened on its own, a file is an island: no script, no form, no address of ours.
ISLAND = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"


def serve(request: HttpRequest, content: bytes, mime: str, name: str) -> HttpResponse:
    """Answer with a private file under a name without ending, or with the stretch that was asked for.

    What is not a photo or recording of ours is handed out as something to save, never to show.
    """
    stretch = _stretch(request.headers.get("Range", ""), len(content))
    if stretch is None:
        response = HttpResponse(content)
    elif stretch.start >= stretch.stop:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{len(content)}"
    else:
        response = HttpResponse(content[stretch.start : stretch.stop], status=206)
        response["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{len(content)}"
    is_shown = mime in ENDINGS
    response["Content-Type"] = mime if is_shown else "application/octet-stream"
    response["Content-Length"] = str(len(response.content))
    response["Content-Disposition"] = (
        content_disposition_header(not is_shown, f"{name}{ENDINGS.get(mime, '')}") or "inline"
    )
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = ISLAND
    return response


def _stretch(asked: str, size: int) -> range | None:
    """Return the bytes asked for, empty where there are none such, None where the whole is the answer."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(size - int(found[2]), 0), size) if int(found[2]) else range(size, size)
    first, last = int(found[1]), int(found[2] or size)
    return None if last < first else range(first, min(last + 1, size))
