"""Addresses that programs read: calendars to subscribe to, and the feed of OpenActive."""

from django.urls import URLPattern, path

from lingju.activities.pages import calendar, feeds, openactive

urlpatterns: list[URLPattern] = [
    path("activities/feed.ics", feeds.activities_feed, name="activities_feed"),
    path("s/<slug:slug>/calendar.ics", feeds.station_calendar, name="station_calendar"),
    path("me/calendar/", calendar.my_calendar, name="my_calendar"),
    path("calendar/<slug:feed_token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("openactive/", openactive.openactive, name="openactive"),
    path("openactive/sessions", openactive.openactive_sessions, name="openactive_sessions"),
]
