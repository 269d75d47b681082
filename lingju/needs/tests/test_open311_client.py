"""A client that we did not write reads our Open311 server over the loopback, in JSON and in XML."""

from typing import Any

import pytest
from georeport import GeoReport

from lingju.needs.services import handling
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_client_reads_services_and_requests_in_both_formats(live_server: Any) -> None:
    quarter = builders.a_quarter()
    needs = [builders.a_need(quarter, text) for text in ("三号楼门口的路灯不亮", "电梯<不动> & 响")]
    for need in needs:
        mending = Mending(public_text=need.text, is_listed=True)
        handling.triage(builders.fresh(need), actor=quarter.clerk_actor, mending=mending)
    read = {}
    for fmt in ("json", "xml"):
        client = GeoReport(f"{live_server.url}/open311/v2/", output_format=fmt)
        services = client.get_service_list()
        code = services[0]["service_code"]
        number = needs[1].number
        requests = client.get_service_requests(service_code="broken_light", status="open")
        read[fmt] = {
            "services": [one["service_name"] for one in services],
            "definition": client.get_service_definition(code)["service_code"],
            "requests": [(one["service_request_id"], one["description"]) for one in requests],
            "one": client.get_service_request(number)["description"],
            "by id": [
                one["status"]
                for one in client.get_service_requests(service_request_id=f"{needs[0].number},{number}")
            ],
        }
    assert read["json"] == read["xml"]
    assert read["json"]["one"] == "电梯<不动> & 响"
    assert [number for number, _words in read["json"]["requests"]] == [needs[1].number, needs[0].number]
