"""What every form and every page with a form is made of: refusals at their field, words kept, downloads."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.uploads import SHEET_TYPE

T = TypeVar("T")
LARGEST: Final = 2**63 - 1
REQUIRED = {"required": gettext_lazy("请填写。")}


class Asking(forms.Form):
    """A form that can show a refusal beside the field it is about, and keeps what was typed."""

    use_required_attribute = False  # the browser's own bubbles cannot be enlarged or translated

    def show(self, refusal: BadInput) -> None:
        """Put each sentence of a refusal at its field, or on top where the field is not in this form."""
        for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
            self.add_error(name if name in self.fields else None, str(sentence))

    def meet(self, fresh: dict[str, Any]) -> None:
        """Take what another hand wrote meanwhile; a form that can show both sides says how."""


def text(label: Any, length: int = 60, *, rows: int = 0, mode: str = "", **options: Any) -> forms.CharField:
    """Make a field of text, of several lines where `rows` says so."""
    attributes = {"autocomplete": "off"} | ({"inputmode": mode} if mode else {})
    widget: forms.Widget = forms.TextInput(attrs=attributes)
    if rows:
        widget = forms.Textarea(attrs={**attributes, "rows": rows, "spellcheck": "false"})
    return forms.CharField(label=label, max_length=length, widget=widget, error_messages=REQUIRED, **options)


def saved(
    form: Asking, save: Callable[[], Any], *, now_there: Callable[[], dict[str, Any]] | None = None
) -> bool:
    """Run a verb over what was typed; a refusal is put into the form, which keeps what was typed.

    Where another hand was faster, `now_there` says what the form would show now: both stand side by side.
    """
    if not form.is_valid():
        return False
    try:
        save()
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, SomeoneWasFaster) and now_there is not None:
            form.meet(now_there())
    return not form.errors


def whole_number(said: str) -> int | None:
    """Return a number as an address or a form names it, where the database can hold it: an id, a version."""
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else None
    return number if number is not None and number <= LARGEST else None


def chosen(steps: Mapping[str, T], name: str) -> T:
    """Return what the button of a name does; NotThere for a name that no button has."""
    if name not in steps:
        raise NotThere(_("没有这一步。"))
    return steps[name]


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep a page that a secret address opens out of the indexes of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response


def workbook(content: bytes, name: str) -> HttpResponse:
    """Return a spreadsheet as a download with a Chinese name."""
    response = HttpResponse(content, content_type=SHEET_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx')}"
    return response
