"""The subgraphs that stand in the federation library's other tests, and Partline's own."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.federation import Subgraph
from tests.unit.federation.federated import subgraph

_UNIT = Path(__file__).parents[2] / "unit"
_MAKERS = frozenset({"Federated", "composed"})


def in_unit_tests() -> dict[str, list[Subgraph]]:
    """By file, test and number, what calls like `Federated({...}, a="type Query ...")` compose."""
    found: dict[str, list[Subgraph]] = {}
    for file in sorted((_UNIT / "federation").glob("test_*.py")):
        module = importlib.import_module(f"tests.unit.federation.{file.stem}")
        for node in ast.parse(file.read_text()).body:
            made = list(_calls(node, vars(module)))
            name = getattr(node, "name", "")
            for number, bodies in enumerate(made):
                found[f"{file.stem}: {name} {number}"] = [
                    subgraph(key, body) for key, body in bodies.items()
                ]
    return found


def _calls(tree: ast.AST, names: dict[str, Any]) -> Iterator[dict[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in _MAKERS:
            continue
        bodies: dict[str, str] = {}
        for keyword in node.keywords:
            try:
                value = eval(compile(ast.Expression(keyword.value), "<test>", "eval"), names)
            except NameError:
                break  # made from local variables
            if keyword.arg is None or not isinstance(value, str):
                break
            bodies[keyword.arg] = value
        else:
            if bodies:
                yield bodies


def of_partline() -> dict[str, list[Subgraph]]:
    """Partline's own subgraphs."""
    files = sorted((_UNIT.parents[1] / "subgraphs").glob("*/schema.graphql"))
    return {
        "Partline's own": [
            Subgraph(file.parent.name, file.read_text(), f"http://{file.parent.name}")
            for file in files
        ]
    }
