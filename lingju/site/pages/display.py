"""How pages look: 大字 mode, text size, light or dark, language."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language

from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.site.display import YEAR_S
from lingju.site.forms import DisplayForm
from lingju.site.ways_back import way_back


@open_to(everyone)
def display(request: Request) -> HttpResponse:
    """Ask how pages should look, keep the answer in the browser, and go back to where it was asked."""
    if request.method != "POST":
        shown = request.display
        asked = {"mode": shown.mode, "size": shown.size, "theme": shown.theme, "language": get_language()}
        form = DisplayForm(initial={**asked, "next": request.GET.get("next", "")})
        return render(request, "site/display.html", {"form": form})
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return render(request, "site/display.html", {"form": form}, status=422)
    said = form.cleaned_data
    response = HttpResponseRedirect(way_back(request, said["next"]))
    request.display.saying(mode=said["mode"], size=said["size"], theme=said["theme"]).keep(response)
    if said["language"]:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            said["language"],
            max_age=YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
