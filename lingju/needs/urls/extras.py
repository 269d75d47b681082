"""Addresses of micro-wishes, surveys and signals."""

from django.urls import URLPattern, path

from lingju.needs.pages import desk_wishes, signals, surveys, wishes

urlpatterns: list[URLPattern] = [
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/<int:wish_id>/", wishes.wish, name="wish"),
    path("wishes/<int:wish_id>/release/", wishes.wish_release, name="wish_release"),
    path("wishes/<int:wish_id>/done/", wishes.wish_fulfil, name="wish_fulfil"),
    path("wishes/<int:wish_id>/card/", wishes.wish_card, name="wish_card"),
    path("desk/wishes/", desk_wishes.desk_wishes, name="desk_wishes"),
    path("desk/wishes/new/", desk_wishes.desk_wish_new, name="desk_wish_new"),
    path("desk/wishes/register/", desk_wishes.desk_wish_register, name="desk_wish_register"),
    path("desk/wishes/register.xlsx", desk_wishes.desk_wish_sheet, name="desk_wish_sheet"),
    path("desk/wishes/<int:wish_id>/", desk_wishes.desk_wish, name="desk_wish"),
    path("desk/wishes/<int:wish_id>/wisher/", desk_wishes.desk_wisher, name="desk_wisher"),
    path("desk/wishes/<int:wish_id>/card/", desk_wishes.desk_wish_card, name="desk_wish_card"),
    path("survey/", surveys.survey, name="survey"),
    path("survey/done/", surveys.survey_done, name="survey_done"),
    path("survey/<int:wave_id>/", surveys.survey_results, name="survey_results"),
    path("desk/survey/", surveys.desk_waves, name="desk_waves"),
    path("desk/survey/new/", surveys.desk_wave_new, name="desk_wave_new"),
    path("desk/survey/<int:wave_id>/", surveys.desk_wave, name="desk_wave"),
    path("desk/survey/<int:wave_id>/end/", surveys.desk_wave_end, name="desk_wave_end"),
    path("desk/survey/<int:wave_id>/results.xlsx", surveys.desk_wave_sheet, name="desk_wave_sheet"),
    path("desk/signals/", signals.desk_signals, name="desk_signals"),
    path("desk/signals/<int:signal_id>/turn/", signals.desk_signal_turn, name="desk_signal_turn"),
    path("desk/signals/<int:signal_id>/dismiss/", signals.desk_signal_dismiss, name="desk_signal_dismiss"),
]
