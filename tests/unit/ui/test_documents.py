"""What the consoles ask is what the services, composed, can answer, and the gateway knows it."""

import hashlib
import pkgutil
from importlib import import_module

import pytest
from graphql import parse, validate

import ui
from tests.unit.ui.graph import SCHEMA
from ui.document import Document
from ui.manifest import manifest


@pytest.mark.parametrize("text", manifest().values(), ids=lambda text: text.split("(")[0].strip())
def test_a_document_is_valid_in_the_composed_graph(text: str) -> None:
    assert validate(SCHEMA, parse(text)) == []


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
