"""Addresses where a matter is followed and judged, the public lists and feeds, and the call-back queue."""

from django.urls import URLPattern, path

from lingju.needs.pages import by_call, callback, feeds, judge, lists, matter, number

MATTER = "m/<str:number>/"
urlpatterns: list[URLPattern] = [
    path("m/", matter.find, name="matter_find"),
    path("m/mine/", matter.matters, name="matters"),
    path("m/forget/", matter.forget, name="matters_forget"),
    path(MATTER, matter.matter, name="matter"),
    path(f"{MATTER}judge/", judge.matter_judge, name="matter_judge"),
    path(f"{MATTER}words/", matter.matter_words, name="matter_words"),
    path(f"{MATTER}withdraw/", matter.matter_withdraw, name="matter_withdraw"),
    path(f"{MATTER}again/", matter.matter_again, name="matter_again"),
    path(f"{MATTER}phone/", number.matter_number, name="matter_number"),
    path(f"{MATTER}evidence/<int:evidence_id>/", matter.matter_evidence, name="matter_evidence"),
    path("j/<str:token>/", judge.judge_link, name="judge_link"),
    path("needs/", lists.needs_list, name="needs_list"),
    path("needs/satisfied/", lists.needs_satisfied, name="needs_satisfied"),
    path("needs/figures/", lists.needs_figures, name="needs_figures"),
    path("needs/feed.rss", feeds.feed_rss, name="needs_feed_rss"),
    path("needs/feed.atom", feeds.feed_atom, name="needs_feed_atom"),
    path("needs/feed.json", feeds.feed_json, name="needs_feed_json"),
    path("needs/needs.csv", feeds.needs_csv, name="needs_csv"),
    path("needs/needs.geojson", feeds.needs_geojson, name="needs_geojson"),
    path("needs/<str:number>/join/", lists.needs_join, name="needs_join"),
    path("desk/callback/", callback.desk_callback, name="desk_callback"),
    path("desk/callback/tell/<int:asker_id>/", by_call.desk_tell_one, name="desk_tell_one"),
    path("desk/callback/<int:asker_id>/", callback.desk_callback_one, name="desk_callback_one"),
]
