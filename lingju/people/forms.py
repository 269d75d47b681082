"""Forms of people: parse what was typed; what it means is decided by the verbs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.errors import BadInput
from lingju.people.models import Organisation
from lingju.places.rules import Office


class Asking(forms.Form):
    """A form that can show a refusal beside the field it is about."""

    use_required_attribute = False  # the browser's own bubbles cannot be enlarged or translated

    def show(self, refusal: BadInput) -> None:
        """Put each sentence of a refusal at its field, or on top where the field is not in this form."""
        for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
            self.add_error(name if name in self.fields else None, str(sentence))


def _text(label: Any, *, autocomplete: str = "off", mode: str = "", **options: Any) -> forms.CharField:
    attributes = {"autocomplete": autocomplete, "autocapitalize": "off", "spellcheck": "false"}
    if mode:
        attributes["inputmode"] = mode
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(
        label=label,
        widget=widget,
        **{"max_length": 80, "error_messages": {"required": _("请填写。")}, **options},
    )


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    required = {"required": _("请填写密码。")}
    return forms.CharField(
        label=label, widget=widget, strip=False, max_length=128, error_messages=required, **options
    )


class PhoneForm(Asking):
    """Ask for a phone to send a code to."""

    phone = _text(_("手机号"), autocomplete="tel", mode="tel", max_length=40)


class PasswordForm(Asking):
    """Ask for a name and a password."""

    who = _text(_("登录名或手机号"), autocomplete="username")
    password = _password(_("密码"), "current-password")


class CodeForm(Asking):
    """Ask for the digits of a text message or of an authenticator app."""

    code = _text(
        _("验证码"),
        autocomplete="one-time-code",
        mode="numeric",
        max_length=40,
        help_text=_("6 位数字，可以直接粘贴。"),
    )


class SecondForm(Asking):
    """Ask for the second factor: an app's six digits, or a recovery code's eight."""

    code = _text(
        _("动态码"),
        autocomplete="one-time-code",
        mode="numeric",
        max_length=40,
        help_text=_("验证器里的 6 位数字；手机不在身边，就填一个 8 位备用码。"),
    )


class SetUpForm(Asking):
    """Ask for what the authenticator shows, to prove that it was set up."""

    code = _text(_("动态码"), autocomplete="one-time-code", mode="numeric", max_length=40)


class NewAccountForm(Asking):
    """Ask what to call a new account, and for the consent to keep its phone."""

    display_name = _text(_("怎么称呼您"), autocomplete="nickname", max_length=40)
    agrees = forms.BooleanField(
        label=_("我看过上面的说明，同意建账号"),
        error_messages={"required": _("要建账号，请先勾选同意；不建账号也能看驿站、查路线。")},
    )


class RenameForm(Asking):
    """Ask for another name to be called by."""

    display_name = _text(_("怎么称呼您"), autocomplete="nickname", max_length=40)


class NewPasswordForm(Asking):
    """Ask for a new password, and for the old one where there is one."""

    old = _password(_("现在的密码"), "current-password")
    password = _password(_("新密码"), "new-password", help_text=_("至少 10 位，别只用数字，别用太常见的。"))

    def __init__(self, *args: Any, has_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_old:
            del self.fields["old"]


class LookUpForm(Asking):
    """Ask whom an office is for."""

    who = _text(_("给谁"), help_text=_("写全手机号、登录名或称呼。"))


class GrantForm(Asking):
    """Ask which office, where, until when."""

    account = forms.IntegerField(widget=forms.HiddenInput)
    office = forms.ChoiceField(label=_("岗位"))
    at = forms.ChoiceField(label=_("管哪里"), help_text=_("管一个区域，就管它下面的所有地方。"))
    until = forms.DateField(
        label=_("到哪天为止"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期要写成 2026-12-31 这样。")},
    )

    def __init__(
        self, *args: Any, offices: Sequence[Office], nodes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [(o.value, o.label) for o in offices]  # type: ignore[attr-defined]
        self.fields["at"].choices = nodes  # type: ignore[attr-defined]


class StaffAccountForm(Asking):
    """Ask for what a colleague's account is opened with."""

    display_name = _text(_("姓名"), max_length=40)
    phone = _text(_("手机号"), mode="tel", required=False, max_length=40)
    sign_in_name = _text(_("登录名"), required=False, max_length=40, help_text=_("用密码登录的人要有。"))


class OrganisationForm(Asking):
    """Ask for an organisation."""

    name = _text(_("名称"), autocomplete="organization")
    kind = forms.ChoiceField(label=_("类别"), choices=Organisation.Kind.choices)
    uscc = _text(
        _("统一社会信用代码"), required=False, max_length=40, help_text=_("营业执照或登记证上的 18 位。")
    )
    area = forms.ChoiceField(label=_("所在区域"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
