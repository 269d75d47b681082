"""The civic market 文明集市: zones, stalls, what each is asked, and nothing is sold.

Nouns: Market 文明集市, Zone 片区, Spot 摊位位置, Stall 摊位, Tally 计数, Leftover 没办完的事. Verbs:
plan_market, set_layout, invite_stall, place_stall, announce_market, tally, correct, leave_over,
review_market. Facts: MarketAnnounced, MarketCancelled, RequestLeftOver. Stands above needs, beside
cobuilding.
"""
