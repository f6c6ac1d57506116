"""Plans as a person reads them, kept in files: a change of planning shows in review.

Run with UPDATE_PLANS=1 to write the files anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.federation.test_execution_abstract_types import library
from tests.unit.federation.test_execution_entities import shop

_FOLDER = Path(__file__).parent / "plans"
_WORLDS = {"shop": shop, "library": library}

QUERIES: dict[str, tuple[str, str]] = {
    "one_subgraph": ("shop", "{ products { id name price } }"),
    "through_keys": (
        "shop",
        "{ top { name reviews { body author { name favourite { name } } } } }",
    ),
    "requirements": ("shop", '{ top { price(currency: "EUR") shipping } }'),
    "conditions": (
        "shop",
        "query ($x: Boolean!) { top { name reviews @include(if: $x) { body } "
        "shipping @skip(if: $x) } }",
    ),
    "aliases_beside_keys": ("shop", "{ products { upc: name reviews { body } } }"),
    "batched_entities": ("shop", "{ top { reviews { body } } products { reviews { body } } }"),
    "abstract_types": (
        "library",
        "{ media { title ... on Book { author { born } stock } ... on Movie { stock } } }",
    ),
    "interface_object": ("library", "{ media { rating } }"),
    "behind_an_interface_object": ("library", "{ reviewed { rating __typename title } }"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_plan_is_as_it_was(name: str) -> None:
    world, query = QUERIES[name]
    shown = f"{query}\n\n{_WORLDS[world]().engine.plan(query)}\n"
    file = _FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_PLANS"):
        file.write_text(shown)
    assert file.read_text() == shown
