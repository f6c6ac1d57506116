"""What the consoles ask is what the services, composed, can answer, and the gateway knows it."""

import hashlib
import pkgutil
from importlib import import_module

import pytest
from graphql import parse, validate

import ui
from gateway.edge.settings import PUBLIC_LIMITS
from gateway.federation import Engine
from tests.unit.ui.graph import SCHEMA, SUPERGRAPH
from ui.document import Document
from ui.manifest import manifest


async def _nobody(*_: object) -> bytes:
    raise AssertionError("a plan asks nobody")


ENGINE = Engine(SUPERGRAPH, _nobody)


@pytest.mark.parametrize("text", manifest().values(), ids=lambda text: text.split("(")[0].strip())
def test_a_document_is_valid_in_the_composed_graph(text: str) -> None:
    assert validate(SCHEMA, parse(text)) == []


@pytest.mark.parametrize("text", manifest().values(), ids=lambda text: text.split("(")[0].strip())
def test_a_document_costs_far_less_than_the_door_lets_pass(text: str) -> None:
    limit = PUBLIC_LIMITS.cost
    assert limit is not None
    assert ENGINE.plan(text).cost.of({}) * 10 < limit


def test_a_document_is_named_by_the_hash_of_its_text() -> None:
    text = "query Me { me { id } }"
    assert Document(text).id == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_every_document_of_every_module_is_in_the_manifest() -> None:
    found = {
        document.id
        for module in pkgutil.walk_packages(ui.__path__, "ui.")
        for value in vars(import_module(module.name)).values()
        for document in (value.values() if isinstance(value, dict) else [value])
        if isinstance(document, Document)
    }
    assert found == set(manifest())
    assert len(found) >= 35
