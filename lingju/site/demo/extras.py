"""Micro-wishes and a wave of the three-feelings survey in the demo; the sheets are drawn by a fixed seed."""

import datetime as dt
import random

from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.services import surveying, wishing
from lingju.needs.services.surveying import Question, Sheet, WaveDraft
from lingju.needs.services.wishing import Wished
from lingju.people.actors import Stranger
from lingju.places.models import Area, District

SEED = 20261106
SHEETS = 90
WISHES = (
    ("140404001002", "thing", "独居老人", "想要一副三百度的老花镜", 60),
    ("140404001002", "help", "腿脚不便的老人", "想有人陪着去公园晒一次太阳", 0),
    ("140404001002", "thing", "困难家庭的孩子", "想要一套初一的课外书", 120),
)
QUESTIONS = (
    Question("gain", "家门口的服务，够用吗？"),
    Question("happiness", "住在这里，心里舒坦吗？"),
    Question("safety", "晚上出门，踏实吗？"),
)


def tell(district: District, clerk: Actor, officer: Actor) -> None:
    """Tell the wishes of one quarter, and a wave of the survey that ended last week."""
    for number, (stem, kind, group, text, yuan) in enumerate(WISHES):
        area = Area.objects.get(district=district, stem=stem)
        wished = Wished(kind, group, text, yuan, wisher="演示许愿人", contact="0355-8080000", has_agreed=True)
        wish = wishing.collect(area, wished, key=f"demo-wish-{number:04d}", actor=clerk)
        wishing.verify(wish, actor=officer)
        wishing.publish(wish, actor=officer)
    _survey(district)


def _survey(district: District) -> None:
    today = clock.today()
    first = dt.datetime.combine(today - dt.timedelta(days=28), dt.time(9), tzinfo=clock.ZONE)
    draft = WaveDraft("三感调查", first.date(), today - dt.timedelta(days=7), QUESTIONS)
    draws = random.Random(SEED)  # noqa: S311  a demo, not a secret
    areas = list(
        Area.objects.filter(district=district, level=Area.Level.COMMUNITY, stem__startswith="140404001")
    )
    with clock.told_at(first):
        wave = surveying.open_wave(district, draft, actor=SystemActor(district.pk))
        codes = [question["code"] for question in wave.questions]
        for number in range(SHEETS):
            marks = {code: min(5, max(1, round(draws.gauss(4.0, 0.9)))) for code in codes}
            sheet = Sheet(marks, draws.choice(areas[:6]), draws.choice(("15-59", "60-79", "80+")))
            surveying.take_in(wave, sheet, nonce=f"demo-sheet-{number:06d}", actor=Stranger(district.pk))
