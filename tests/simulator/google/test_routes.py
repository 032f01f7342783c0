"""Routes are found, and are those of the discovery documents."""

import pytest
from tests.contracts.google import discoveries

from mailkeep.simulator.google.calls import answer
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.server import TABLES

SERVED = [route for table in TABLES for route in table.ROUTES.all if not route.id.startswith("sim.")]


@pytest.mark.parametrize("route", SERVED, ids=lambda route: route.id)
def test_every_route_has_the_path_and_the_scopes_of_its_discovery_document(route):
    method = next(found.methods[route.id] for found in discoveries() if route.id in found.methods)
    assert method["httpMethod"] == route.method
    assert set(method["scopes"]) == route.scopes
    placeholders = route.path.count("{")
    assert method.get("flatPath", method["path"]).count("{") == placeholders


def test_fixed_steps_go_before_placeholders():
    routes = Routes()
    for path in ("/m/{id}", "/m/import", "/m/{id}/trash", "/s/{name}:pull", "/s/{name}"):
        routes.add("GET", path, path)(lambda _: answer({}))
    assert routes.find("GET", "/m/import")[0].id == "/m/import"
    assert routes.find("GET", "/m/imports")[1] == {"id": "imports"}
    assert routes.find("GET", "/m/import/trash")[1] == {"id": "import"}
    assert routes.find("GET", "/s/news:pull") == (routes.find("GET", "/s/other:pull")[0], {"name": "news"})
    assert routes.find("GET", "/s/news")[0].id == "/s/{name}"


def test_nothing_is_found_for_other_methods_and_paths():
    routes = Routes()
    routes.add("GET", "/m/{id}", "one")(lambda _: answer({}))
    assert routes.find("POST", "/m/1") is None
    assert routes.find("GET", "/m") is None
    assert routes.find("GET", "/m/") is None
    assert routes.find("GET", "/m/1/2") is None


def test_placeholders_are_unquoted():
    routes = Routes()
    routes.add("GET", "/u/{key}", "one")(lambda _: answer({}))
    assert routes.find("GET", "/u/ada%40corp.example")[1] == {"key": "ada@corp.example"}
