"""The root's own pages: home, display, privacy."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from lingju.kernel.rules import everyone, open_to
from lingju.site.display import YEAR_S
from lingju.site.forms import DisplayForm


@open_to(everyone)
def home(request: HttpRequest) -> HttpResponse:
    """Show the nearest station and what is within ten minutes."""
    return render(request, "site/home.html")


@open_to(everyone)
def display(request: HttpRequest) -> HttpResponse:
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
    response = HttpResponseRedirect(_way_back(request, said["next"]))
    request.display.saying(mode=said["mode"], size=said["size"], theme=said["theme"]).keep(response)
    if said["language"]:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, said["language"], max_age=YEAR_S, samesite="Lax")
    return response


def _way_back(request: HttpRequest, address: str) -> str:
    """Return the address if it is one of ours, else home."""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return reverse("home")


@open_to(everyone)
def privacy(request: HttpRequest) -> HttpResponse:
    """Say who uses which personal information, for what, how long, and what one can ask for."""
    return render(request, "site/privacy.html")
