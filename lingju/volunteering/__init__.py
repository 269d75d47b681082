"""Volunteering: who is invited and accepts, what hours were served and who saw it, what a certificate says.

Nouns: Volunteer 志愿者, Team 志愿服务队, Call 招募, Invitation 邀请, Evidence 时长证据, Record 志愿服务记录, Certificate
记录证明. Verbs: register, open_call, invite, accept, check_in, countersign, correct, issue_certificate. Nobody is ever
assigned, and nothing here counts points or orders persons. Stands above activities, beside needs.
"""
