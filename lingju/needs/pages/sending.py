"""Sending what was said: files read, the verb called, every refusal put back into the form that was typed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotAllowed, NotNow, Refusal, TooLarge, TooOften
from lingju.kernel.media import PHOTO, VOICE, Photo, Recording, read_photo, read_recording
from lingju.kernel.requests import Request
from lingju.needs import mine
from lingju.needs.forms.say import Asking, CounterForm, WordsForm
from lingju.needs.models import Asker, Category, CounterSession, Need
from lingju.needs.pages.said import Said, Spot
from lingju.needs.queries import sight
from lingju.needs.queries.sight import Sight
from lingju.needs.services import saying
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import CallFirst, Contact, Receipt, Saying
from lingju.needs.text.red_flags import RedFlag
from lingju.people.services import limits
from lingju.people.services.limits import Limit

# A stairwell shares one address: whoever means it comes through, a machine does not.
SAID_FROM_HERE: Final = Limit("said_from", 40, limits.CODES_AN_HOUR.within)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending: a receipt, or why not, and whom to call first."""

    receipt: Receipt | None = None
    status: int = 200
    flags: tuple[RedFlag, ...] = ()


def send_for_oneself(
    request: Request, form: WordsForm, said: Said, kind: Category | None, spot: Spot | None
) -> Sent:
    """Send what a resident said; whatever is refused stands in the form."""

    def send() -> Receipt:
        assert kind is not None
        assert spot is not None
        photos, recording = _shown(request)
        typed = form.cleaned_data
        meant = Saying(
            category=kind,
            place=spot.place,
            text=typed["text"],
            contact=Contact(phone=typed["phone"], by=typed["by"]),
            channel=_channel(said, typed["text"], recording),
            photos=photos,
            recording=recording,
            knows_whom_to_call=typed["knows"],
            follows=_followed(request, said),
        )
        limits.spend_from_here(SAID_FROM_HERE, district_id=request.district.pk)
        return saying.submit(request.district, meant, key=typed["key"], actor=request.actor)

    return _try(form, send)


def send_at_the_counter(
    request: Request, form: CounterForm, sitting: CounterSession, kind: Category | None, place: Place | None
) -> Sent:
    """Send what somebody said to a clerk, who wrote it down in their presence."""

    def send() -> Receipt:
        assert kind is not None
        assert place is not None
        photos, recording = _shown(request)
        typed = form.cleaned_data
        meant = Saying(
            category=kind,
            place=replace(place, note=typed["note"]),
            text=typed["text"],
            contact=Contact(typed["called"], typed["phone"], typed["by"]),
            channel=typed["channel"],
            photos=photos,
            recording=recording,
            sitting=sitting,
            knows_whom_to_call=typed["knows"],
        )
        return saying.submit(request.district, meant, key=typed["key"], actor=request.actor)

    return _try(form, send)


def _try(form: Asking, send: Callable[[], Receipt]) -> Sent:
    """Run the verb over what was typed; a refusal goes beside its field, red-flag words to the top."""
    if not form.is_valid():
        return Sent(status=422)
    try:
        return Sent(send())
    except CallFirst as refusal:
        return Sent(status=refusal.status, flags=refusal.flags)
    except (BadInput, TooLarge) as refusal:
        form.show(refusal, "text" if isinstance(refusal, TooLarge) else "")
        return Sent(status=refusal.status)
    except (NotAllowed, NotNow, TooOften) as refusal:
        return _on_top(form, refusal)


def _on_top(form: Asking, refusal: Refusal) -> Sent:
    form.add_error(None, str(refusal))
    return Sent(status=refusal.status)


def _shown(request: Request) -> tuple[tuple[Photo, ...], Recording | None]:
    """Read the files that came along; one that cannot be read is refused by name of its field."""
    files = request.FILES.getlist(PHOTO)
    if len(files) > saying.MOST_PHOTOS:
        sentence = _("照片最多 %(most)d 张，请挑最清楚的。") % {"most": saying.MOST_PHOTOS}
        raise BadInput(sentence, {PHOTO: sentence})
    voice = request.FILES.get(VOICE)
    photos = tuple(read_photo(file) for file in files)
    return photos, read_recording(voice) if voice is not None else None


def _channel(said: Said, text: str, recording: Recording | None) -> str:
    """Return by which way it came: a voice without a word counts as said, wherever the page was found."""
    is_spoken = recording is not None and not text.strip() and said.channel == Need.Channel.PAGE
    return Need.Channel.VOICE.value if is_spoken else said.channel


def follows(request: Request, said: Said) -> Sight | None:
    """Return the earlier matter that this one goes on from, as its asker sees it; only their own counts."""
    asker = mine.asker_of(request, said.follows) if said.follows else None
    return sight.sight(asker) if asker is not None else None


def _followed(request: Request, said: Said) -> Need | None:
    seen = follows(request, said)
    return seen.asker.need if seen is not None else None


def is_shared(request: Request, said: Said) -> bool:
    """Say whether many use this screen: it was said so, or it is lent to somebody just now."""
    return bool(said.shared) or mine.lent_to(request) is not None


def hold(response: HttpResponse, request: Request, said: Said, asker: Asker) -> None:
    """Let this browser stand for an asker, a shared one for minutes."""
    if is_shared(request, said):
        mine.lend(response, asker)
    else:
        mine.keep(response, request, asker)


def remember(response: HttpResponse, request: Request, said: Said, receipt: Receipt) -> None:
    """Let this browser stand for whoever said something; say so where a press came twice."""
    hold(response, request, said, receipt.asker)
    if receipt.is_new:
        return
    if _differs(receipt, request.POST.get("text", "")):
        sentence = _("这件事刚才已经收到了，后来改的字没有记进去。要补充，请另说一件或打电话。")
        messages.warning(request, sentence)
    else:
        messages.info(request, _("这件事刚才已经收到了，没有重复记。"))


def _differs(receipt: Receipt, text: str) -> bool:
    return "".join(str(receipt.need.said).split()) != "".join(text.split())
