"""The district's list of skills, and what volunteers and guardians agree to, in its first wording."""

from typing import Final

from django.db import transaction

from lingju.kernel.rules import Actor
from lingju.people.models import ConsentText
from lingju.people.services import consents
from lingju.places.models import District
from lingju.places.services import marks
from lingju.volunteering.catalogue import SKILLS
from lingju.volunteering.models import Skill
from lingju.volunteering.rules import calls_people

VOLUNTEERS: Final = "volunteering"
GUARDIANS: Final = "volunteering_guardian"
TEXTS: Final = {
    VOLUNTEERS: (
        "做志愿者",
        "我愿意做志愿者，写的都是真的。来不来每一次由我自己定，不来也不用说理由。\n"
        "我的称呼、手机号、出生日期加密保存，只用来邀请我、认得我、开证明；不登记身份证号，不公开姓名。\n"
        "每次服务的时长由现场记录得来，按规定归集到全国志愿服务信息系统，用志愿者编号，不用身份证号。\n"
        "我随时可以退出；退出一年后，这些都抹去。",
    ),
    GUARDIANS: (
        "孩子做志愿者",
        "我是孩子的监护人，同意孩子做适合他年龄的志愿服务，不去有危险的地方。\n"
        "我的称呼和手机号只用来在服务期间找到我，加密保存，不公开。我随时可以收回。",
    ),
}


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Add the skills and texts that a district lacks; return how many skills were added."""
    calls_people.check(actor, None)
    known = set(Skill.objects.filter(district=district).values_list("code", flat=True))
    new = [skill for code, skill in SKILLS.items() if code not in known]
    for skill in new:
        marks.insert(
            Skill(district=district, code=skill.code, name=skill.name, needs=skill.needs), actor=actor
        )
    for purpose, (title, text) in TEXTS.items():
        if text_of(purpose, district) is None:
            consents.publish_text(purpose, title, text, district=district, actor=actor)
    return len(new)


def text_of(purpose: str, district: District) -> ConsentText | None:
    """Return what is agreed to in a district, in its wording now."""
    return consents.latest_text(purpose, district=district)
