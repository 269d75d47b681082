"""The one allocation kernel: rooms, people's time, seats, things on loan, and the queue at the counter.

Nouns: Pool 可约资源, Cell 格子, Bookable 预约项目, Claim 预约, Part 占用, Series 系列, Ticket 排队号. Verbs:
claim, confirm, approve, cancel, check_in, accept, decline, move. Facts: ClaimMade, ClaimMoved, ClaimOffered.
A place is taken by one conditional statement over counted cells; the database refuses a cell that holds
more than it can. Stands above notify; activities, needs and volunteering call its verbs.
"""
