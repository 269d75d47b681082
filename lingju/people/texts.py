"""The first wording of each consent the house itself needs; a district may publish its own next version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstText:
    """What is agreed to, before a district words it anew."""

    purpose: str
    title: str
    text: str


FIRST_TEXTS = (
    FirstText(
        "account",
        "建一个账号",
        "我们用您的手机号给您建一个账号，只用来让您登录、查看自己办的事。\n"
        "手机号加密保存，不公开，不给别的单位。看驿站、查路线、说一声，都不需要账号。\n"
        "您随时可以在“我的”里注销，注销时手机号和称呼一起抹去。",
    ),
    FirstText(
        "notices",
        "短信告诉我办得怎么样了",
        "您说的事有了回音，我们用短信告诉您，每天 8:00 到 21:00 之间才发。\n"
        "不同意也不影响办事：进展在“我的”里一样能看到。随时可以收回。",
    ),
)
