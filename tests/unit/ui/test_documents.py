"""What the consoles ask is what the services, composed, can answer."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from graphql import parse, validate

from tests.unit.ui.graph import SCHEMA

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


@pytest.mark.parametrize(("name", "text"), list(documents()))
def test_a_document_is_valid_in_the_composed_graph(name: str, text: str) -> None:
    assert validate(SCHEMA, parse(text)) == []


def test_all_documents_are_looked_at() -> None:
    assert len(list(documents())) >= 35
