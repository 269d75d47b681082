"""Addresses of the market: for everybody, for a stall's helper, for the desk."""

from django.urls import URLPattern, path

from lingju.market.pages import desk, desk_stalls, public, register, stall

DESK = "desk/markets/"
ONE = f"{DESK}<int:market_id>/"
CARD = "market/stall/<str:stall_token>/"
urlpatterns: list[URLPattern] = [
    path("market/", public.markets, name="markets"),
    path("market/<int:market_id>/", public.market, name="market"),
    path(CARD, stall.stall_tally, name="stall_tally"),
    path(f"{CARD}counts/", stall.stall_counts, name="stall_counts"),
    path(f"{CARD}leave/", stall.stall_leave, name="stall_leave"),
    path(DESK, desk.desk_markets, name="desk_markets"),
    path(f"{DESK}new/", desk.desk_market_new, name="desk_market_new"),
    path(f"{DESK}register/", register.desk_market_register, name="desk_market_register"),
    path(f"{DESK}register.xlsx", register.desk_market_register_sheet, name="desk_market_register_sheet"),
    path(ONE, desk.desk_market, name="desk_market"),
    path(f"{ONE}edit/", desk.desk_market_edit, name="desk_market_edit"),
    path(f"{ONE}layout/", desk_stalls.desk_layout, name="desk_layout"),
    path(f"{ONE}layout/sheet/", desk_stalls.desk_layout_sheet, name="desk_layout_sheet"),
    path(f"{ONE}cards/", desk_stalls.desk_cards, name="desk_cards"),
    path(f"{ONE}stalls/new/", desk_stalls.desk_stall_new, name="desk_stall_new"),
    path(f"{ONE}stalls/<int:stall_id>/", desk_stalls.desk_stall, name="desk_stall"),
]
