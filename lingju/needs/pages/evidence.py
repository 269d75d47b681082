"""Showing a photo or a voice: to the asker it belongs to and to the desk that may open the need."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.errors import NotThere
from lingju.kernel.media_serving import serve
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import mine
from lingju.needs.models import Evidence, Need
from lingju.needs.queries.matter import seen_evidence
from lingju.needs.services import evidence


@open_to(everyone)
@never_cache
def needs_evidence(request: Request, evidence_id: int) -> HttpResponse:
    """Hand out one piece of evidence; for anybody else it is not there."""
    found = Evidence.objects.filter(district=request.district, pk=evidence_id).first()
    if found is None or not (_is_at_its_desk(request, found) or _is_its_asker(request, found)):
        raise NotThere(_("没有这份文件，或者不归您看。"))
    content = evidence.opened(found, actor=request.actor)
    return serve(request, content, found.mime, f"lingju-{found.pk}")


def _is_at_its_desk(request: Request, found: Evidence) -> bool:
    """Say whether the actor may open the need at the desk."""
    return Need.objects.visible_to(request.actor).filter(pk=found.need_id).exists()


def _is_its_asker(request: Request, found: Evidence) -> bool:
    """Say whether the person sees it on the page of their matter."""
    own = mine.askers(request).filter(need_id=found.need_id)
    return any(seen_evidence(asker).filter(pk=found.pk).exists() for asker in own)
