"""Volunteering 志愿服务: people help because they want to, and their hours are proved, never typed.

Nouns: Volunteer 志愿者, Team 志愿服务队, Call 招募, Invitation 邀请, Evidence 时长凭据, ServiceCertificate
志愿服务记录证明. Verbs: enrol, open_call, approve, invite, accept, decline, take_in, confirm, correct,
look_again, issue. Nobody is ever assigned: a person says yes, or it did not happen (Regulation on
volunteering, article 25). Facts: CallOpened, CallCancelled, Invited, InvitationAnswered, HoursConfirmed,
CertificateIssued. Stands beside needs, on activities and bookings; cobuilding opens calls here.
"""
