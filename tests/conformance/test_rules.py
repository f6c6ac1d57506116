"""The examples of the specification's rules through the stand-alone gateway over HTTP, its graph
composed from what subgraphs tell, by us and by other composers.

CONFORMANCE_EVERY_WAY=1 sends each of them every way.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conformance.asking import Example
from tests.conformance.composers import OTHERS, composed_elsewhere, takes_turn
from tests.conformance.hosting import Stage, staged
from tests.unit import federation

NOT_COMPOSED = {
    "apollo": {
        "a oneOf input takes exactly one field": "@oneOf is newer than it",
        "a type of Federation 1 without extend may have external fields": "ours takes a key for "
        "known that every entry brings",
    },
    "guild": {
        "a mutation may return the query type to read after it": "it finds no way from Query to "
        "Query in another subgraph, where none needs a key",
        "a provided field is on the path of an interface object": "it crashes",
        "a type of Federation 1 without extend may have external fields": "ours takes a key for "
        "known that every entry brings",
        "directives may be imported under other names, or not at all": "a link under another "
        "name is not followed",
        "lists whose items are non-null in one subgraph only may hold nulls for clients": "it "
        "merges lists within lists less",
        "root types may have other names in a subgraph": "it crashes",
        "values of inaccessible types among an abstract type's are null": "it crashes",
    },
}
"""Examples that other tools do not compose, and why; ours does."""
_TOPICS = sorted(
    file.stem
    for file in Path(next(iter(federation.__path__))).glob("test_rules_*.py")
    if "\nRULES = " in file.read_text()
)


@functools.cache
def _examples() -> dict[str, list[Example]]:
    return {
        topic: [
            Example(rule, f"{topic}_{number}")
            for number, rule in enumerate(
                importlib.import_module(f"tests.unit.federation.{topic}").RULES
            )
        ]
        for topic in _TOPICS
    }


@functools.cache
def _elsewhere() -> dict[str, dict[str, Any]]:
    every = [example for examples in _examples().values() for example in examples]
    answers = composed_elsewhere([example.subgraphs for example in every])
    return {example.place: answer for example, answer in zip(every, answers, strict=True)}


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("doors")) as stage:
        yield stage


@pytest.mark.parametrize("way", ["addresses", "ours"])
@pytest.mark.parametrize("topic", _TOPICS)
async def test_a_graph_composed_here_answers_by_the_rules(
    stage: Stage, topic: str, way: str
) -> None:
    wrong = {
        example.rule.says: found
        for number, example in enumerate(_examples()[topic])
        if takes_turn(number, way) and (found := await example.problems(stage, way))
    }
    assert wrong == {}, _told(wrong)


@pytest.mark.parametrize("tool", OTHERS)
@pytest.mark.parametrize("topic", _TOPICS)
async def test_a_supergraph_of_other_tools_answers_by_the_rules(
    stage: Stage, topic: str, tool: str
) -> None:
    wrong: dict[str, list[str]] = {}
    for number, example in enumerate(_examples()[topic]):
        composed = _elsewhere()[example.place][tool]
        if ("supergraph" in composed) is (example.rule.says in NOT_COMPOSED[tool]):
            wrong[example.rule.says] = [f"composed otherwise than expected: {composed['errors']}"]
        elif "supergraph" in composed and takes_turn(number, tool):
            found = await example.problems(stage, tool, composed)
            wrong |= {example.rule.says: found} if found else {}
    assert wrong == {}, _told(wrong)


def _told(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"== {says}\n" + "\n".join(found) for says, found in wrong.items())
