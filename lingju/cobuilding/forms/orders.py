"""What is typed of the day itself: a press, how many came, what came of it, the summary, whom to call."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import PICK, day, version, whole
from lingju.cobuilding.models import WorkOrder
from lingju.cobuilding.services.delivering import MOST_WORDS as MOST_ACCEPTED
from lingju.cobuilding.services.recording import MOST_WORDS
from lingju.cobuilding.services.recruiting import Recruit
from lingju.cobuilding.services.work_orders import MOST_PEOPLE, MOST_PHOTOS, Told
from lingju.kernel.asking import Asking, text
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.media import Photo, read_photo

EMPTY = {"empty": _("这个文件是空的，请重新选一个；不传也能报。")}


class Files(forms.FileInput):
    """A file box that takes several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files under one name, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Look at each file as one is looked at."""
        return [super(FilesField, self).clean(file, initial) for file in data or ()]


def photo_field() -> FilesField:
    """Make a field for photos of the work."""
    return FilesField(
        label=_("照片"),
        required=False,
        widget=Files(attrs={"accept": "image/*", "multiple": True}),
        error_messages=EMPTY,
        help_text=_("拍活儿，不拍人。最多 3 张，不传也行。"),
    )


def agreed_field() -> forms.BooleanField:
    """Make the box that says everybody in a photo agreed."""
    return forms.BooleanField(label=_("照片里没有人，或者拍到的人都同意了"), required=False)


def photos_of(files: Iterable[Any]) -> tuple[Photo, ...]:
    """Return uploaded files as photos drawn anew; what is too large is said at the field, too."""
    try:
        return tuple(read_photo(file) for file in list(files)[: MOST_PHOTOS + 1])
    except TooLarge as refusal:
        raise BadInput(str(refusal), {"photo": str(refusal)}) from refusal


class OrderPressForm(Asking):
    """Ask what was pressed, on which row, how many came, and the one word it may need."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    people = whole(_("来了几个人"), required=False, min_value=1, max_value=MOST_PEOPLE)
    reason = text(_("原因"), 120, required=False)
    words = text(_("验收意见"), MOST_ACCEPTED, required=False)
    version = version()


class ArriveForm(Asking):
    """Ask a team how many came."""

    people = whole(_("来了几个人"), min_value=1, max_value=MOST_PEOPLE)


class TellForm(Asking):
    """Ask a team what came of it."""

    outcome = forms.ChoiceField(
        label=_("结果"), choices=WorkOrder.Outcome.choices, widget=forms.RadioSelect, error_messages=PICK
    )
    words = text(_("办了什么，还差什么"), 300, rows=3)
    people_helped = whole(_("服务了几个人"), required=False, min_value=0, max_value=100_000)
    photo = photo_field()
    agreed = agreed_field()

    def told(self) -> Told:
        """Return what was typed as the verb takes it."""
        said = self.cleaned_data
        return Told(
            said["outcome"],
            said["words"],
            said["people_helped"],
            photos=photos_of(said["photo"]),
            everybody_agreed=said["agreed"],
        )


class DeliverForm(Asking):
    """Ask the community what a project came to; residents read the words."""

    outcome = forms.ChoiceField(
        label=_("结果"), choices=WorkOrder.Outcome.choices, widget=forms.RadioSelect, error_messages=PICK
    )
    result = text(_("办了什么，居民看得到这句话"), 300, rows=3)
    people_served = whole(_("服务了几个人"), required=False, min_value=0, max_value=100_000)
    with_the_teams = forms.BooleanField(label=_("队伍传的照片一起回给居民"), required=False, initial=True)
    photo = photo_field()
    agreed = agreed_field()
    version = version()

    def __init__(self, *args: Any, has_the_teams: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_the_teams:
            del self.fields["with_the_teams"]


class MinutesForm(Asking):
    """Ask for the month's summary."""

    minutes = text(_("月度小结"), MOST_WORDS, rows=14)
    version = version()


class RecruitForm(Asking):
    """Ask how many volunteers are wanted for what, and what may go wrong."""

    wanted = whole(_("要几个人"), min_value=1, max_value=200)
    summary = text(_("做什么"), 300, rows=2)
    risk_text = text(_("风险告知：可能遇到什么、怎么防"), 500, rows=2)
    is_risky = forms.BooleanField(label=_("有人身危险，要先买保险"), required=False)
    insurance = text(_("保险公司和保单号"), 120, required=False)
    insured_until = day(_("保到哪天"), required=False)
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def recruit(self) -> Recruit:
        """Return what was typed as the verb takes it."""
        return Recruit(**{name: value for name, value in self.cleaned_data.items() if name != "key"})
