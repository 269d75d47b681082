"""Addresses where a need is said, and the counter."""

from django.urls import URLPattern, path

from lingju.needs.pages import counter, evidence, qr, receipts, say, say_map

urlpatterns: list[URLPattern] = [
    path("say/", say.say, name="say"),
    path("say/place/", say.say_place, name="say_place"),
    path("say/map/", say_map.say_map, name="say_map"),
    path("say/words/", say.say_words, name="say_words"),
    path("say/done/", receipts.say_done, name="say_done"),
    path("say/receipt/", receipts.say_receipt, name="say_receipt"),
    path("feedback/", say.feedback, name="feedback"),
    path("q/<str:code>/", qr.qr_entry, name="qr_entry"),
    path("needs/evidence/<int:evidence_id>/", evidence.needs_evidence, name="needs_evidence"),
    path("desk/counter/", counter.desk_counter, name="desk_counter"),
    path("desk/counter/<str:number>/", counter.desk_counter_receipt, name="desk_counter_receipt"),
    path("desk/codes/<int:station_id>/", qr.desk_codes, name="desk_codes"),
]
