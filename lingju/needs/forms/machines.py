"""What an officer types about keys and subscriptions, and which sheet a clerk sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.needs.services.subscriptions import EVENTS, LONGEST_URL
from lingju.people.models import Organisation
from lingju.places.models import District


class KeyForm(Asking):
    """A key for another system, perhaps of an organisation."""

    name = text(_("给哪个系统用"), 60, help_text=_("写清楚，以后好认，如“区数据平台”。"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("属于哪个单位"), required=False, empty_label=_("不属于哪个单位")
    )

    def offer(self, district: District) -> "KeyForm":
        """Offer the organisations of a district."""
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(district=district, ended_on__isnull=True)
        return self


class SubscriptionForm(Asking):
    """An address that wants to be told."""

    name = text(_("谁在收"), 60)
    url = text(_("网址"), LONGEST_URL, mode="url", help_text=_("以 https:// 开头，对方公开能到的地址。"))
    events = forms.MultipleChoiceField(
        label=_("哪些事要告诉它"),
        choices=list(EVENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages=REQUIRED,
        help_text=_("只发编号，不发居民的话和个人信息。"),
    )


class SheetForm(Asking):
    """A sheet of slips or orders to look at."""

    sheet = forms.ChoiceField(
        label=_("这是什么表"),
        widget=forms.RadioSelect,
        choices=[("slips", _("意见箱的纸条")), ("orders", _("12345 或网格的工单"))],
        error_messages=REQUIRED,
    )
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_(".xlsx 或 .csv，先看一遍会怎样，确认了才写进去。"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的。")},
    )
