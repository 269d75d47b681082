"""Addresses of the desk where needs are handled."""

from django.urls import URLPattern, path

from lingju.needs.pages import desk, desk_need

urlpatterns: list[URLPattern] = [
    path("desk/needs/", desk.desk_needs, name="desk_needs"),
    path("desk/needs/bulk/", desk.desk_needs_bulk, name="desk_needs_bulk"),
    path("desk/needs/filters/", desk.desk_filter_keep, name="desk_filter_keep"),
    path("desk/needs/filters/<int:filter_id>/", desk.desk_filter_forget, name="desk_filter_forget"),
    path("desk/needs/keys/", desk.desk_needs_keys, name="desk_needs_keys"),
    path("desk/needs/<int:need_id>/", desk_need.desk_need, name="desk_need"),
    path("desk/needs/<int:need_id>/reply-check/", desk_need.desk_reply_check, name="desk_reply_check"),
]
