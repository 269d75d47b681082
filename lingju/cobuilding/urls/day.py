"""Addresses of the day's rule, its cycles, the communities' plans, and projects by hand."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import cycles, handing_over, plans, projects, rule

DAYS = "desk/days/"
RULE = f"{DAYS}rule/"
CYCLES = f"{DAYS}cycles/"
CYCLE = f"{DAYS}<int:cycle_number>/"

urlpatterns: list[URLPattern] = [
    path(RULE, rule.desk_days_rule, name="desk_days_rule"),
    path(f"{RULE}end/", rule.desk_days_rule_end, name="desk_days_rule_end"),
    path(f"{RULE}roles/", rule.desk_days_roles, name="desk_days_roles"),
    path(CYCLES, cycles.desk_cycles, name="desk_cycles"),
    path(f"{CYCLES}<int:cycle_number>/", cycles.desk_cycle, name="desk_cycle"),
    path(f"{CYCLE}plans/", plans.desk_plans, name="desk_plans"),
    path(f"{CYCLE}plans/<int:area_id>/", plans.desk_plan, name="desk_plan"),
    path(f"{CYCLE}projects/new/", projects.desk_project_new, name="desk_project_new"),
    path(f"{DAYS}projects/<int:project_id>/", projects.desk_project, name="desk_project"),
    path(
        f"{DAYS}projects/<int:project_id>/hand-over/",
        handing_over.desk_project_hand,
        name="desk_project_hand",
    ),
]
