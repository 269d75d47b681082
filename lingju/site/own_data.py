"""Who keeps what of a person, and what becomes of it when they close their account: one table, tested.

The root alone knows all floors, so it names the keepers (`people.own_data`). The order counts: messages go
while their numbers can still be found, sign-ups and volunteers before the bookings they stand on.
"""

from collections.abc import Collection
from typing import Final

from lingju.activities.queries import own as activities_own
from lingju.activities.services import parting as activities_parting
from lingju.bookings.models import Claim
from lingju.bookings.queries import own as bookings_own
from lingju.bookings.services import parting as bookings_parting
from lingju.kernel.rules import Actor
from lingju.needs.models import Asker
from lingju.needs.queries import own as needs_own
from lingju.needs.services import parting as needs_parting
from lingju.notify import queries as notify_queries
from lingju.notify import services as notify
from lingju.people import own_data
from lingju.people.models import Account
from lingju.people.own_data import Fate, Held, Keeper
from lingju.volunteering.models import Volunteer
from lingju.volunteering.queries import own as volunteering_own
from lingju.volunteering.services import parting as volunteering_parting

ERASED, CUT, KEPT = Fate.ERASED, Fate.CUT_LOOSE, Fate.KEPT
# What people itself keeps; `people.services.accounts.close` sees to it.
PEOPLE: Final = {
    "people.Account": Held(CUT, "名字、手机、登录名抹去；空行留着，办过的事才查得到是同一个人办的"),
    "people.PastPassword": Held(ERASED, "没有账号，就没有密码"),
    "people.SignInCode": Held(ERASED, "没有账号，就没有验证码"),
    "people.Membership": Held(ERASED, "不再是哪个组织的人"),
    "people.Consent": Held(KEPT, "收回同意，留下何时同意、何时收回的凭据"),
    "people.Holding": Held(KEPT, "收回岗位，留下何时当过什么岗的凭据"),
}


def forget_messages(account: Account, actor: Actor) -> None:
    """Delete somebody's messages, and what still waits to be sent to a number they left anywhere."""
    left = (
        *Asker.objects.filter(account=account),
        *Claim.objects.filter(account=account),
        *Volunteer.objects.filter(account=account),
    )
    numbers = {str(row.phone) for row in (account, *left) if row.phone}
    notify.let_go(account.district_id, account.pk, numbers, _of_others(account, numbers))


def _of_others(account: Account, numbers: Collection[str]) -> set[str]:
    """Return the numbers of matters and bookings under the same telephones that are not this account's."""
    same = {"phone_index__in": list(numbers), "district_id": account.district_id}
    matters = Asker.objects.filter(**same).exclude(account=account).values_list("need__number", flat=True)
    bookings = Claim.objects.filter(**same).exclude(account=account).values_list("number", flat=True)
    return {*matters, *bookings}


MESSAGES: Final = Keeper(
    notify_queries.given,
    forget_messages,
    {
        "notify.Message": Held(ERASED, "没人再读，也不再发到这个号码"),
        "notify.Notice": Held(ERASED, "没人再读"),
    },
)
VOLUNTEERING: Final = Keeper(
    volunteering_own.given,
    volunteering_parting.let_go,
    {
        "volunteering.Volunteer": Held(CUT, "称呼、手机、生日、小区抹去；只留编号，服务记录对得上"),
        "volunteering.VolunteerGuardian": Held(ERASED, "没有要监护的登记了"),
        "volunteering.Qualification": Held(ERASED, "不再请去做专业服务"),
        "volunteering.Invitation": Held(CUT, "答应的替您推掉，只留编号"),
        "volunteering.Evidence": Held(KEPT, "志愿服务时长的凭据，只写编号，删了时长就不作数"),
        "volunteering.ServiceCertificate": Held(KEPT, "出具过的证明保存五年，供本人和用人单位查验"),
    },
)
ACTIVITIES: Final = Keeper(
    activities_own.given,
    activities_parting.let_go,
    {
        "activities.SignUp": Held(CUT, "没开始的取消；开过的只留人数"),
        "activities.GuardianConsent": Held(CUT, "监护人的称呼、手机抹去，留下何时同意过"),
        "activities.Scan": Held(CUT, "签到是人数的凭据，不写名字"),
        "activities.Certificate": Held(KEPT, "发过的证明保存五年，供本人和用人单位查验"),
        "activities.OutsideCertificate": Held(CUT, "持证人抹去，只留证书编号"),
    },
)
BOOKINGS: Final = Keeper(
    bookings_own.given,
    bookings_parting.let_go,
    {
        "bookings.Claim": Held(CUT, "没到时间的取消，称呼、手机抹去；借着没还的，还清一年后再抹"),
        "bookings.PhoneCall": Held(ERASED, "不再给您打电话"),
        "bookings.FeedToken": Held(ERASED, "日历地址作废"),
    },
)
NEEDS: Final = Keeper(
    needs_own.given,
    needs_parting.let_go,
    {
        "needs.Need": Held(CUT, "事情照办，别人也在等；不再连着您，三年后连原话也抹去"),
        "needs.Asker": Held(CUT, "称呼、手机抹去；凭编号和查询码还能看"),
        "needs.Asking": Held(CUT, "评价算数，不连着您"),
        "needs.Entry": Held(CUT, "办事记录跟着事情，三年后抹去"),
        "needs.Claim": Held(CUT, "没兑现的认领放手，让别人认领"),
        "needs.SavedFilter": Held(ERASED, "没人再用"),
    },
)


def connect() -> None:
    """Name the keepers; called once by the wiring."""
    own_data.KEEPERS[:] = [MESSAGES, VOLUNTEERING, ACTIVITIES, BOOKINGS, NEEDS]


def fates() -> dict[str, Held]:
    """Return by model what becomes of its rows, over the whole house."""
    held = dict(PEOPLE)
    for keeper in own_data.KEEPERS:
        held |= keeper.holds
    return held
