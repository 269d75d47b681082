"""Addresses that other systems call, and the pages where their keys and sheets are kept."""

from django.urls import URLPattern, path, register_converter

from lingju.needs import open311
from lingju.needs.pages import exchange, exchange_slips, keys


class Format:
    """The two formats of Open311, behind the dot."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        """Return the format as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the format as it stands in the address."""
        return value


register_converter(Format, "fmt")

V2 = "open311/v2"
urlpatterns: list[URLPattern] = [
    path(f"{V2}/discovery.<fmt:fmt>", open311.discovery, name="open311_discovery"),
    path(f"{V2}/services.<fmt:fmt>", open311.services, name="open311_services"),
    path(f"{V2}/services/<str:service_code>.<fmt:fmt>", open311.service, name="open311_service"),
    path(f"{V2}/requests.<fmt:fmt>", open311.requests, name="open311_requests"),
    path(f"{V2}/requests/<str:number>.<fmt:fmt>", open311.one, name="open311_request"),
    # The official swagger names it in the singular, clients ask in the plural.
    path(f"{V2}/request/<str:number>.<fmt:fmt>", open311.one, name="open311_request_singular"),
    path(f"{V2}/tokens/<str:number>.<fmt:fmt>", open311.token, name="open311_token"),
    path(f"{V2}/servicerequestupdates.<fmt:fmt>", open311.updates, name="open311_updates"),
    path("desk/keys/", keys.desk_keys, name="desk_keys"),
    path("desk/keys/<int:key_id>/revoke/", keys.desk_key_revoke, name="desk_key_revoke"),
    path("desk/keys/subscriptions/", keys.desk_subscriptions, name="desk_subscriptions"),
    path(
        "desk/keys/subscriptions/<int:subscription_id>/end/",
        keys.desk_subscription_end,
        name="desk_subscription_end",
    ),
    path("desk/exchange/", exchange.desk_exchange, name="desk_exchange"),
    path("desk/exchange/results/", exchange.desk_exchange_results, name="desk_exchange_results"),
    path(
        "desk/exchange/template/<slug:sheet>/",
        exchange.desk_exchange_template,
        name="desk_exchange_template",
    ),
    path("desk/exchange/<str:ticket>/", exchange.desk_exchange_sheet, name="desk_exchange_sheet"),
    path("desk/exchange/<str:ticket>/slips/", exchange_slips.desk_exchange_slips, name="desk_exchange_slips"),
    path("desk/exchange/<str:ticket>/report/", exchange.desk_exchange_report, name="desk_exchange_report"),
]
