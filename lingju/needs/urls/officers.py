"""Addresses of rules, templates, kinds and alarms."""

from django.urls import URLPattern, path

from lingju.needs.pages import kinds, rules, templates

urlpatterns: list[URLPattern] = [
    path("desk/rules/", rules.desk_rules, name="desk_rules"),
    path("desk/rules/new/", rules.desk_rule_new, name="desk_rule_new"),
    path("desk/rules/<int:rule_id>/", rules.desk_rule, name="desk_rule"),
    path("desk/rules/<int:rule_id>/do/", rules.desk_rule_do, name="desk_rule_do"),
    path("desk/alarms/<int:alarm_id>/clear/", rules.desk_alarm_clear, name="desk_alarm_clear"),
    path("desk/replies/", templates.desk_replies, name="desk_replies"),
    path("desk/replies/new/", templates.desk_reply_new, name="desk_reply_new"),
    path("desk/replies/<int:template_id>/", templates.desk_reply, name="desk_reply"),
    path("desk/kinds/", kinds.desk_kinds, name="desk_kinds"),
    path("desk/kinds/new/", kinds.desk_kind_new, name="desk_kind_new"),
    path("desk/kinds/<int:category_id>/", kinds.desk_kind, name="desk_kind"),
    path("desk/policy/", kinds.desk_policy, name="desk_policy"),
]
