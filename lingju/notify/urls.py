"""Addresses of notify: my messages, and what did not go out."""

from django.urls import path

from lingju.notify import pages

urlpatterns = [
    path("me/notices/", pages.my_notices, name="my_notices"),
    path("desk/messages/", pages.desk_messages, name="desk_messages"),
]
