"""What people do together: trainings, festivals, lectures, lessons, with seats that are never given twice.

Nouns: Programme 系列, Session 场次, Series 循环, Topic 主题, Speaker 讲师, FestivalTemplate 节日模板, SignUp
报名. Verbs: plan_session, announce_session, open_signup, sign_up, withdraw, postpone, cancel_session, hold.
Facts: SessionAnnounced, SessionChanged, SessionCancelled, SessionFull, SignedUp, SignUpMoved. Stands above
bookings, which owns every seat; needs, cobuilding and insight above it read its sessions.
"""
