"""What the consoles ask is what the services, composed, can answer."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from graphql import GraphQLSchema, parse, validate

from gateway.federation import Subgraph, compose
from shared.settings import SERVICES
from tests.unit.test_subgraph_schemas import printed
from tests.unit.ui.gateway_double import SCHEMA

MODULES = [
    *(f"ui.{name}.documents" for name in ("shop", "editor", "crm", "operator")),
    "ui.failures",
    "ui.quoting",
]


def documents() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for name, value in vars(import_module(module)).items():
            texts = value.values() if name == "MUTATIONS" else [value]
            for text in texts:
                if isinstance(text, str) and text.lstrip().startswith(("query ", "mutation ")):
                    yield f"{module}.{name}", text


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return compose([Subgraph(name, printed(name)) for name in SERVICES]).api_schema


@pytest.mark.parametrize(("name", "text"), list(documents()))
def test_a_document_is_valid_in_the_composed_graph(
    graph: GraphQLSchema, name: str, text: str
) -> None:
    assert validate(graph, parse(text)) == []


@pytest.mark.parametrize(("name", "text"), list(documents()))
def test_a_document_is_valid_in_the_double_that_the_tests_use(name: str, text: str) -> None:
    assert validate(SCHEMA, parse(text)) == []


def test_all_documents_are_looked_at() -> None:
    assert len(list(documents())) >= 35
