"""How a call, an invitation and a certificate go on; the middle one only by the word of its person.

call         draft ─▶ review ─▶ recruiting ─▶ closed ─▶ running ─▶ confirming ─▶ published ─▶ archived
               ▲────────┘            └───────────────────▲            (seven days at least ▲)
             draft | review | recruiting | closed ─▶ cancelled

invitation   invited ─accept─▶ accepted ─withdraw─▶ withdrawn ─accept─▶ accepted
                └─decline─▶ declined ─accept─▶ accepted        (everybody may change their mind)
             note_yes, note_no: the same, said by telephone or across the counter, with who heard it

certificate  asked ─▶ issued ─▶ revoked        asked ─▶ refused
"""

from django.utils.translation import gettext_lazy as _

from lingju.trail.flow import Flow, Step
from lingju.volunteering.models import Call, Invitation, ServiceCertificate
from lingju.volunteering.rules import calls_people, hears_answers, its_answerer, its_clock, works_at_it

S = Call.State
A = Invitation.State
P = ServiceCertificate.State
NOT_COMING = frozenset({A.INVITED, A.DECLINED, A.WITHDRAWN})

CALLS: Flow[Call] = Flow(
    Call,
    version_field="version",
    submit=Step({S.DRAFT}, S.REVIEW, calls_people, _("送审")),
    send_back=Step({S.REVIEW}, S.DRAFT, calls_people, _("退回修改")),
    approve=Step({S.REVIEW}, S.RECRUITING, calls_people, _("审核通过，开始招募")),
    close=Step({S.RECRUITING}, S.CLOSED, calls_people, _("截止招募")),
    start=Step({S.RECRUITING, S.CLOSED}, S.RUNNING, works_at_it, _("开始实施")),
    finish=Step({S.RUNNING}, S.CONFIRMING, works_at_it, _("结束了，确认时长")),
    publish=Step({S.CONFIRMING}, S.PUBLISHED, calls_people, _("公示")),
    archive=Step({S.PUBLISHED}, S.ARCHIVED, calls_people, _("归档")),
    cancel=Step(frozenset(Call.BEFORE), S.CANCELLED, calls_people, _("取消")),
)

INVITATIONS: Flow[Invitation] = Flow(
    Invitation,
    version_field="version",
    accept=Step(NOT_COMING, A.ACCEPTED, its_answerer, _("我来")),
    decline=Step({A.INVITED}, A.DECLINED, its_answerer, _("来不了")),
    withdraw=Step({A.ACCEPTED}, A.WITHDRAWN, its_answerer, _("改主意了")),
    note_yes=Step(NOT_COMING, A.ACCEPTED, hears_answers, _("记下本人答应了")),
    note_no=Step({A.INVITED, A.ACCEPTED}, A.DECLINED, hears_answers, _("记下本人不来")),
    lapse=Step({A.INVITED, A.ACCEPTED}, A.OVER, its_clock | hears_answers, _("作罢")),
)

CERTIFICATES: Flow[ServiceCertificate] = Flow(
    ServiceCertificate,
    version_field="version",
    issue=Step({P.ASKED}, P.ISSUED, calls_people, _("出具")),
    refuse=Step({P.ASKED}, P.REFUSED, calls_people, _("不出具")),
    revoke=Step({P.ISSUED}, P.REVOKED, calls_people, _("作废")),
)
