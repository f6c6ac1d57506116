"""The examples of `test_rules_*.py` through Apollo's gateway: the same must come out.

Where it does not, `differences.py` says why ours is right nevertheless.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from tests.oracles.gateway.differences import DIFFERENCES
from tests.oracles.gateway.serving import serving
from tests.oracles.node import NodeOracle
from tests.unit import federation
from tests.unit.federation.rule import Rule
from tests.unit.federation.service import Service

_ORACLE = NodeOracle(Path(__file__).parent, "answer.mjs")
_TOPICS = sorted(
    file.stem
    for file in Path(next(iter(federation.__path__))).glob("test_rules_*.py")
    if "\nRULES = " in file.read_text()
)


async def test_apollos_gateway_answers_the_same() -> None:
    rules: list[Rule] = [
        rule
        for topic in _TOPICS
        for rule in importlib.import_module(f"tests.unit.federation.{topic}").RULES
    ]
    different: dict[str, list[Any]] = {}
    for rule, outcome in zip(rules, _outcomes(rules), strict=True):
        found = outcome.get("refused") or [
            (ask.query, theirs, ours)
            for ask, theirs in zip(_asks(rule), outcome["answers"], strict=True)
            if theirs != (ours := await rule.answer(ask))
        ]
        if found:
            different[rule.says] = found
    unknown = {says: found for says, found in different.items() if says not in DIFFERENCES}
    assert unknown == {}, json.dumps(unknown, indent=1)
    assert DIFFERENCES.keys() - different.keys() == set(), "these agree: take them off the list"


def _outcomes(rules: list[Rule]) -> list[dict[str, Any]]:
    services: dict[str, Service] = {}
    for number, rule in enumerate(rules):
        world = rule.world()
        for name in rule.subgraphs:
            services[f"{number}/{name}"] = Service(name, rule.sdl(name), world)
    with serving(services) as address:
        examples = [_example(rule, f"{address}/{number}") for number, rule in enumerate(rules)]
        outcomes: list[dict[str, Any]] = _ORACLE.ask(examples)
    return outcomes


def _asks(rule: Rule) -> list[Any]:
    return [ask for ask in rule.asks if not ask.down]


def _example(rule: Rule, address: str) -> dict[str, Any]:
    return {
        "subgraphs": [
            {"name": name, "sdl": rule.sdl(name), "url": f"{address}/{name}"}
            for name in rule.subgraphs
        ],
        "questions": [
            {
                "query": ask.query,
                "variables": ask.variables,
                "operationName": ask.operation_name,
            }
            for ask in _asks(rule)
        ],
    }
