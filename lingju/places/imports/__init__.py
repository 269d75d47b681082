"""Spreadsheets in and out: areas, compounds with gates, buildings, stations, days.

    upload ─▶ look (everything is tried, nothing is kept) ─▶ confirm ─▶ report of what was refused

Looking runs the very verbs that writing runs, in a transaction that is rolled back, so that the preview
cannot say anything else than what will happen. Rows are known by their code: the same file twice changes
nothing. A cell left empty leaves what is there.
"""
