"""Addresses of the day itself: work orders, who is there, results, past months, the month's summary."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import orders, past, results

CYCLE = "desk/days/<int:cycle_number>/"
ORDERS = f"{CYCLE}orders/"

urlpatterns: list[URLPattern] = [
    path(ORDERS, orders.cobuild_orders, name="cobuild_orders"),
    path(f"{ORDERS}print/", orders.cobuild_orders_print, name="cobuild_orders_print"),
    path("desk/days/orders/photos/<int:photo_id>/", orders.cobuild_order_photo, name="cobuild_order_photo"),
    path(f"{CYCLE}orders.xlsx", orders.cobuild_orders_book, name="cobuild_orders_book"),
    path(f"{ORDERS}<int:project_id>/call/", orders.cobuild_call, name="cobuild_call"),
    path(f"{CYCLE}day/", results.cobuild_day, name="cobuild_day"),
    path(f"{CYCLE}results/", results.cobuild_results, name="cobuild_results"),
    path(f"{CYCLE}results/<int:project_id>/", results.cobuild_deliver, name="cobuild_deliver"),
    path(f"{CYCLE}past/", past.cobuild_past, name="cobuild_past"),
    path(f"{CYCLE}past.xlsx", past.cobuild_past_book, name="cobuild_past_book"),
    path(f"{CYCLE}summary/", past.cobuild_summary, name="cobuild_summary"),
    path("w/<str:order_token>/", orders.work_order, name="work_order"),
]
