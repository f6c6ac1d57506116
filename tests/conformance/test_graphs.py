"""Whole graphs, their features mixed, every way through the door; then random operations."""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from tests.conformance import graphs
from tests.conformance.asking import Example
from tests.conformance.composers import OTHERS, WAYS, composed_elsewhere
from tests.conformance.hosting import Stage, staged
from tests.unit.federation.random_query import random_operation
from tests.unit.federation.rule import Ask, Rule

_NAMES = sorted(one.name for one in pkgutil.iter_modules(graphs.__path__))
_CRASHES = {("social", "guild"), ("bank", "guild")}
"""The Guild's composer knows no other names for root types, and crashes over the interface
object of the bank."""
_OPERATIONS = int(os.environ.get("CONFORMANCE_OPERATIONS", "2"))
"""How many random operations each graph is asked on each way."""


@functools.cache
def _example(name: str) -> Example:
    rule: Rule = importlib.import_module(f"tests.conformance.graphs.{name}").GRAPH
    return Example(rule, f"graph_{name}")


@functools.cache
def _elsewhere() -> dict[str, dict[str, Any]]:
    answers = composed_elsewhere([_example(name).subgraphs for name in _NAMES])
    return dict(zip(_NAMES, answers, strict=True))


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("doors")) as stage:
        yield stage


@pytest.mark.parametrize(
    ("name", "way"), [(name, way) for name in _NAMES for way in WAYS if (name, way) not in _CRASHES]
)
async def test_a_graph_answers_as_one_server_would(stage: Stage, name: str, way: str) -> None:
    example = _example(name)
    elsewhere = _elsewhere()[name][way] if way in OTHERS else None
    if elsewhere is not None:
        assert elsewhere["errors"] == []
    found = await example.problems(stage, way, elsewhere)
    schema = example.api_schema
    random = Random(f"{name} {way}")
    for number in range(_OPERATIONS):
        kind = "mutation" if schema.mutation_type and number % 5 == 0 else "query"
        made = random_operation(schema, random.getrandbits(40), kind)
        if "__schema" in made.text:
            continue  # each tool has its own order of types
        ask = Ask(made.text, variables=made.variables)
        found += await example.problems_of(stage, way, ask)
    assert not found, "\n".join([f"{len(found)} answers are wrong, such as", *found[:3]])
