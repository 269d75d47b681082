"""A lamp that is out: from an old woman's voice at the station to her verdict, with one "not solved" between.

    she_says_it          at the counter, in her own voice; the keeper writes, she takes a slip of paper home
    the_clerk_looks      a title, what everybody may read; the property company is asked, and says yes
    it_is_repaired       a photo of the work, an answer; she is asked
    she_says_no          it is dark again: work begins anew, the same desk, the total time runs on
    it_is_repaired_well  the whole line
    she_says_yes         only now is it closed

The demo tells it over nine days; `tests/stories/test_lamp.py` plays it at the pages of whoever has a part.
"""

import datetime as dt
import io
import math
import struct
import wave
from dataclasses import dataclass

from PIL import Image, ImageDraw

from lingju.kernel import clock, media
from lingju.kernel.media import Photo, Recording
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.models import Asker, Category, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import answering, counter, handling, judging, offering, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.judging import Verdict
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.people.models import Organisation
from lingju.people.services import organisations
from lingju.places.models import Compound, Station

WORDS = "三号楼门口那个路灯，黑了有三天了，晚上下楼看不清台阶，前天差点摔着。"
TITLE = "三号楼门口路灯不亮"
CALLED = "三号楼的老街坊"
COMPANY = "示例物业服务中心"
REPAIRED = "灯泡换了，晚上亮了。您看一眼，行了才算办完。"
DARK_AGAIN = "亮了一晚上，又黑了"
REPAIRED_WELL = "是线路接头老化，整段线换了，连亮了三晚。您再看看。"


@dataclass(frozen=True)
class Stage:
    """Where it happens and who plays."""

    station: Station
    compound: Compound
    keeper: Actor
    clerk: Actor
    company: Organisation


def a_company(compound: Compound) -> Organisation:
    """Return the property company of the quarter, added where it is not there yet."""
    known = Organisation.objects.filter(district_id=compound.district_id, name=COMPANY).first()
    written = organisations.Written(COMPANY, Organisation.Kind.PROPERTY, compound.area, "")
    return known or organisations.add(written, actor=SystemActor(compound.district_id))


def tell(stage: Stage, began: dt.datetime) -> Receipt:
    """Tell the whole story as of a day that has passed."""
    hour = dt.timedelta(hours=1)
    with clock.told_at(began):
        receipt = she_says_it(stage)
    with clock.told_at(began + 1 * hour):
        the_clerk_looks(stage, receipt)
    with clock.told_at(began + 26 * hour):
        it_is_repaired(stage, receipt)
    with clock.told_at(began + 60 * hour):
        she_says_no(receipt)
    with clock.told_at(began + 100 * hour):
        it_is_repaired_well(stage, receipt)
    with clock.told_at(began + 150 * hour):
        she_says_yes(receipt)
    return receipt


def she_says_it(stage: Stage) -> Receipt:
    """She sits at the counter and speaks; the keeper types what she says, and she keeps a slip of paper."""
    sitting = counter.begin(stage.station, actor=stage.keeper)
    said = Saying(
        category=Category.objects.get(district_id=stage.compound.district_id, code="broken_light"),
        place=Place(compound=stage.compound, note="3号楼门口"),
        text=WORDS,
        contact=Contact(called=CALLED, by=Asker.By.PAPER),
        channel=Need.Channel.STATION,
        recording=her_voice(),
        sitting=sitting,
    )
    key = f"lamp-{stage.station.pk}-{sitting.pk}"
    receipt = saying.submit(stage.compound.district, said, key=key, actor=stage.keeper)
    counter.end(actor=stage.keeper)
    return receipt


def the_clerk_looks(stage: Stage, receipt: Receipt) -> None:
    """The clerk gives it a name, shows it to everybody, and asks the property company, which says yes."""
    need = fresh(receipt)
    handling.triage(need, actor=stage.clerk, mending=Mending(title=TITLE, public_text=TITLE, is_listed=True))
    offer = offering.hand_over(need, stage.company, "小区公共照明归物业", actor=stage.clerk)
    offering.accept(offer, actor=stage.clerk, word_of="物业前台，电话里说的")
    handling.reply(need, "路灯的事物业接了，明天上午来修。这两晚下楼慢点走。", by="paper", actor=stage.clerk)


def it_is_repaired(stage: Stage, receipt: Receipt) -> None:
    """The bulb is changed, a photo shows the work, and she is asked."""
    given = Answer("solved", REPAIRED, photos=(of_the_work("1"),))
    answering.answer(fresh(receipt), given, actor=stage.clerk)


def she_says_no(receipt: Receipt) -> None:
    """She comes by with her slip: it was bright for one night."""
    _judge(receipt, Verdict("dissatisfied", "no", DARK_AGAIN))


def it_is_repaired_well(stage: Stage, receipt: Receipt) -> None:
    """The line is repaired, not the bulb alone."""
    given = Answer("solved", REPAIRED_WELL, photos=(of_the_work("2"),))
    answering.answer(fresh(receipt), given, actor=stage.clerk)


def she_says_yes(receipt: Receipt) -> None:
    """She says that it is solved, and that closes it."""
    _judge(receipt, Verdict("satisfied", "yes", "这回真亮了"))


def _judge(receipt: Receipt, verdict: Verdict) -> None:
    receipt.asker.refresh_from_db()
    receipt.asker.need = fresh(receipt)
    bearer = Bearer(receipt.asker.pk, receipt.asker.district_id)
    judging.judge(receipt.asker, verdict, by=Asker.By.PAPER, actor=bearer)


def fresh(receipt: Receipt) -> Need:
    """Return her need as it stands now."""
    rows = Need.objects.select_related("owner_area", "owner_org", "category", "district")
    return rows.get(pk=receipt.need.pk)


def her_voice() -> Recording:
    """Return a hum as the recording of her voice."""
    return media.read_recording(io.BytesIO(a_hum()))


def a_hum() -> bytes:
    """Return two seconds of a hum that stands for a voice: nobody real is heard in the demo."""
    rate, held = 8000, io.BytesIO()
    tones = (math.sin(n / rate * 2 * math.pi * (220 + 30 * math.sin(n / 900))) for n in range(2 * rate))
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", int(tone * 6000)) for tone in tones))
    return held.getvalue()


def of_the_work(number: str) -> Photo:
    """Return a drawing of a lamp that is lit: photos show the work, not persons."""
    picture = Image.new("RGB", (640, 480), "#25303a")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((312, 150, 328, 440), fill="#8b949c")
    pen.ellipse((270, 70, 370, 170), fill="#f5c35b")
    pen.text((20, 450), number, fill="#f5e6c8")
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80)
    held.seek(0)
    return media.read_photo(held)
