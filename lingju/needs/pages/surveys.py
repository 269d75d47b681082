"""The three-feelings survey: a sheet for everybody without a name, the results, and waves for officers."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import saved, workbook
from lingju.kernel.errors import BadInput, NotNow, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.kernel.sheets_out import OutColumn
from lingju.needs.forms.extras import SheetForm, WaveForm
from lingju.needs.models import Wave
from lingju.needs.queries import surveys as queries
from lingju.needs.rules import edits_what_is_the_districts, oversees_the_loop
from lingju.needs.services import surveying


@open_to(everyone)
@never_cache
def survey(request: Request) -> HttpResponse:
    """Ask the questions of the wave that runs; no account, no name, nothing kept in the browser."""
    wave = queries.open_wave_of(request.district)
    past = queries.past_waves(request.district)[:6]
    if wave is None:
        return render(request, "needs/survey_none.html", {"past": past})
    areas = queries.communities(request.district)
    initial = {"nonce": secrets.token_urlsafe(16)}
    form = SheetForm(
        request.POST if request.method == "POST" else None, initial=initial, wave=wave, areas=areas
    )
    if request.method == "POST" and _taken_in(request, wave, form):
        return HttpResponseRedirect(reverse("survey_done"))
    shown = {"wave": wave, "form": form, "past": past}
    return render(request, "needs/survey_sheet.html", shown, status=422 if form.errors else 200)


def _taken_in(request: Request, wave: Wave, form: SheetForm) -> bool:
    if not form.is_valid():
        return False
    try:
        surveying.take_in(wave, form.sheet(), nonce=form.cleaned_data["nonce"], actor=request.actor)
    except BadInput as refusal:
        form.show(refusal)
    except (NotNow, TooOften) as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


@open_to(everyone)
def survey_done(request: Request) -> HttpResponse:
    """Thank whoever answered."""
    return render(request, "needs/survey_done.html")


@open_to(everyone)
def survey_results(request: Request, wave_id: int) -> HttpResponse:
    """Show what a wave found once it is over; while it runs officers see how many have answered."""
    wave = queries.wave_for(request.actor, wave_id)
    if not queries.is_over(wave) and not oversees_the_loop.allows(request.actor):
        raise NotThere(_("这一轮还在收，结束以后才公开结果。"))
    return render(request, "needs/survey_results.html", {"found": queries.results(wave)})


@open_to(oversees_the_loop)
def desk_waves(request: Request) -> HttpResponse:
    """List the waves with how many have answered."""
    waves = [
        (wave, wave.answers.count(), _stand(wave)) for wave in Wave.objects.visible_to(request.actor)[:30]
    ]
    may_edit = edits_what_is_the_districts.allows(request.actor)
    return render(request, "needs/survey_waves.html", {"waves": waves, "may_edit": may_edit})


def _stand(wave: Wave) -> str:
    today = clock.today()
    if wave.since > today:
        return _("还没开始")
    return _("已经结束") if wave.until < today else _("正在收")


@open_to(edits_what_is_the_districts)
def desk_wave_new(request: Request) -> HttpResponse:
    """Make a wave."""
    return _write(request, None)


@open_to(edits_what_is_the_districts)
def desk_wave(request: Request, wave_id: int) -> HttpResponse:
    """Change a wave that has not begun."""
    return _write(request, queries.wave_for(request.actor, wave_id))


def _write(request: Request, wave: Wave | None) -> HttpResponse:
    form = WaveForm(request.POST if request.method == "POST" else None, initial=_initial(wave))

    def save() -> object:
        if wave is None:
            return surveying.open_wave(request.district, form.draft(), actor=request.actor)
        version = form.cleaned_data["version"]
        return surveying.edit_wave(wave, form.draft(), actor=request.actor, version=version)

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_waves"))
    shown = {"form": form, "wave": wave, "is_fixed": wave is not None and _stand(wave) != _("还没开始")}
    return render(request, "needs/survey_wave.html", shown, status=422 if form.errors else 200)


def _initial(wave: Wave | None) -> dict[str, object]:
    if wave is None:
        return {"since": clock.today()}
    written: dict[str, object] = {
        name: getattr(wave, name) for name in ("title", "since", "until", "version")
    }
    for number, question in enumerate(wave.questions, 1):
        written |= {f"feeling_{number}": question["feeling"], f"text_{number}": question["text"]}
    return written


@open_to(edits_what_is_the_districts)
@require_POST
def desk_wave_end(request: Request, wave_id: int) -> HttpResponse:
    """End a wave that runs; its results are public from now on."""
    wave = queries.wave_for(request.actor, wave_id)
    try:
        surveying.end_wave(wave, actor=request.actor)
        messages.success(request, _("结束了，结果从现在起公开。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_waves"))


@open_to(oversees_the_loop)
def desk_wave_sheet(request: Request, wave_id: int) -> HttpResponse:
    """Hand the results out as a workbook: the same figures, the same cells left empty."""
    wave = queries.wave_for(request.actor, wave_id)
    if not queries.is_over(wave):
        raise NotThere(_("这一轮还在收，结束以后才有结果表。"))
    found = queries.results(wave)
    columns = [
        OutColumn(_("范围")),
        OutColumn(_("答卷"), "whole"),
        OutColumn(_("登记的 15 岁以上人数"), "whole"),
    ]
    for words in found.feelings.values():
        columns += [
            OutColumn(_("%(feeling)s：人数") % {"feeling": words}, "whole"),
            *(
                OutColumn(f"{words}：{what}", "percent")
                for what in (_("评好的比例"), _("区间下限"), _("区间上限"))
            ),
        ]
    rows = [_cells(found, row) for row in (found.everybody, *found.communities, *found.ages)]
    note = _("不到 %(least)d 人的不列出；区间为 95%%") % {"least": found.least}
    book = sheets_out.xlsx(wave.title, columns, rows, as_of=clock.now(), note=note)
    return workbook(book, wave.title)


def _cells(found: queries.Results, row: queries.Row) -> tuple[object, ...]:
    cells: list[object] = [row.name, row.sheets or None, row.known or None]
    for code in found.feelings:
        one = row.figures.get(code)
        cells += [one.n, one.share, one.low, one.high] if one is not None else [None] * 4
    return tuple(cells)
