"""Addresses where a resident books, follows a booking, changes it and calls it off."""

from django.urls import URLPattern, path

from lingju.bookings.pages import book, mine, offer, paper

ONE = "bookings/<str:claim_number>/"
urlpatterns: list[URLPattern] = [
    path("book/<int:bookable_id>/", book.book, name="book"),
    path("bookings/", mine.bookings, name="bookings"),
    path("bookings/find/", mine.find, name="booking_find"),
    path("bookings/forget/", mine.forget, name="bookings_forget"),
    path("bookings/offer/<str:offer_token>/", offer.booking_offer, name="booking_offer"),
    path(ONE, mine.booking, name="booking"),
    path(f"{ONE}done/", mine.booking_done, name="booking_done"),
    path(f"{ONE}cancel/", mine.booking_cancel, name="booking_cancel"),
    path(f"{ONE}move/", mine.booking_move, name="booking_move"),
    path(f"{ONE}answer/", mine.booking_answer, name="booking_answer"),
    path(f"{ONE}ticket/", paper.booking_ticket, name="booking_ticket"),
    path(f"{ONE}calendar.ics", paper.booking_ics, name="booking_ics"),
]
