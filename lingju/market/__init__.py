"""The civic market 文明集市: zones, stalls, what each is asked, and nothing is sold.

Nouns: Market 文明集市, Zone 片区, Stall 摊位, Tally 计数, Leftover 没办完的事. Verbs: plan_market, invite_stall, place_stall,
announce_market, tally, leave_over, close_market. Facts: MarketAnnounced, RequestLeftOver. Stands above needs,
beside cobuilding.
"""
