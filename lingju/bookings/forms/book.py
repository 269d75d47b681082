"""The last step of booking: how to call somebody, a phone for who wants word, what must be read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models import Bookable, Claim
from lingju.kernel.asking import Asking, text

RELATIONS = (
    _("女儿"),
    _("儿子"),
    _("老伴"),
    _("孙辈"),
    _("别的家人"),
    _("邻居"),
)


class BookForm(Asking):
    """Ask no more than is needed to serve somebody; a form without a word typed is a booking, too."""

    called = text(_("怎么称呼"), 20, required=False, help_text=_("比如李阿姨。不填也行，到了报预约号。"))
    quantity = forms.IntegerField(
        label=_("几个人"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("请填几个人。"),
            "invalid": _("请填一个数。"),
            "min_value": _("至少一个人。"),
        },
    )
    purpose = text(
        _("用来做什么"),
        200,
        rows=3,
        help_text=_("比如“老年合唱队排练，十来个人”。只有驿站的人看得到。"),
    )
    wishes = text(
        _("来的时候要照顾到什么"), 200, required=False, help_text=_("比如坐轮椅、耳背、要人搀一下。")
    )
    phone = text(
        _("手机号"), 20, mode="tel", required=False, help_text=_("想收消息才留。不留也行，凭预约号来看。")
    )
    by = forms.ChoiceField(
        label=_("怎么告诉您"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(Claim.By.SMS.value, _("发短信")), (Claim.By.CALL.value, _("打电话"))],
    )
    relation = forms.ChoiceField(
        label=_("您是他的"),
        required=False,
        choices=[("", _("给自己约")), *((name, name) for name in RELATIONS)],
    )
    consent = forms.BooleanField(
        label=_("他本人知道这次预约，也愿意来；留称呼和电话，我问过他。"), required=False
    )
    has_read_notice = forms.BooleanField(
        label=_("须知看过了，上面说的情况我都没有"), error_messages={"required": _("请先看过须知，再打勾。")}
    )
    # People never see it; a program that fills every box gives itself away.
    website = forms.CharField(required=False, max_length=400, widget=forms.TextInput)
    key = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bookable: Bookable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        for name in self._not_asked(bookable):
            del self.fields[name]
        if "purpose" in self.fields:
            self.fields["purpose"].required = bookable.needs_approval
        if "quantity" in self.fields:
            self.fields["quantity"].widget.attrs |= {"min": 1, "max": bookable.most_party}

    def _not_asked(self, bookable: Bookable) -> list[str]:
        """Return what this bookable need not know: of what is confidential nothing is written down."""
        is_room = bookable.mode == Bookable.Mode.ROOM
        asked = {
            "quantity": bookable.most_party > 1,
            "purpose": is_room,
            "wishes": bookable.mode == Bookable.Mode.SLOT and not bookable.is_confidential,
            "has_read_notice": bool(bookable.notice),
        }
        return [name for name, is_asked in asked.items() if not is_asked]

    def clean_website(self) -> str:
        """Ask a person to press again; whoever filled it with a program does not come back."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请再按一次“约上”，刚才没有交上。"))
        return ""

    def clean(self) -> dict[str, Any]:
        """Let a phone without a way mean a text message; whoever books for another has asked them."""
        said = super().clean() or {}
        if not said.get("phone"):
            said["by"] = Claim.By.PAGE.value
        said["by"] = said.get("by") or Claim.By.SMS.value
        if said.get("relation") and not said.get("consent"):
            self.add_error("consent", _("替别人约，请先问过他本人，再打勾。"))
        return said

    @property
    def is_for_another(self) -> bool:
        """Say whether the part about booking for another stands open."""
        return bool(self.errors.get("consent") or self["relation"].value())
