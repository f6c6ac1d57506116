"""The seven schemas as they are committed, and the one graph that they make together.

A change of a schema shows in review: `make schemas` writes the files anew.
"""

import os
from importlib import import_module
from pathlib import Path

import pytest

import subgraphs
from gateway.federation import Subgraph, compose
from shared.settings import SERVICES
from tests.runtimes import unconnected

FOLDER = Path(subgraphs.__file__).parent


def printed(service: str) -> str:
    schema = import_module(f"subgraphs.{service}.main").create(unconnected(service)).schema
    return str(schema.as_str()) + "\n"


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_schema_is_the_one_that_runs(service: str) -> None:
    file = FOLDER / service / "schema.graphql"
    if os.environ.get("WRITE_SCHEMAS"):
        file.write_text(printed(service))
    assert file.exists(), f"{file.name} of {service} is missing: run `make schemas`"
    assert file.read_text() == printed(service), "run `make schemas` and review the difference"


def test_the_seven_schemas_compose_into_one_graph() -> None:
    supergraph = compose([Subgraph(name, printed(name)) for name in SERVICES])
    order = supergraph.api_schema.type_map["Order"]
    assert {"state", "price", "review", "work", "notifications", "journey"} <= set(order.fields)


def test_what_only_the_gateway_may_ask_is_not_in_the_public_graph() -> None:
    supergraph = compose([Subgraph(name, printed(name)) for name in SERVICES])
    query = supergraph.api_schema.query_type
    assert query is not None
    assert not {"sessionIdentity", "apiKeyIdentity"} & set(query.fields)
