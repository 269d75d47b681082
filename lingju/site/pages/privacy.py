"""What we do with personal data: the notice of 个人信息保护法 article 17, with its earlier versions (C01)."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

# Newest first. A version is never edited once published: a new text gets a new template and a new line.
VERSIONS = ("2026-11-06",)


@open_to(everyone)
def privacy(request: Request, version: str = VERSIONS[0]) -> HttpResponse:
    """Show a version of the notice, the newest unless another is asked for."""
    if version not in VERSIONS:
        raise NotThere(_("没有这一版说明。"))
    template = f"site/privacy/{version}.html"
    return render(
        request, template, {"version": version, "versions": VERSIONS, "log_days": settings.LINGJU.log_days}
    )
