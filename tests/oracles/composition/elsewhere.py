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
    """By file and line, what calls like `Federated({...}, a="type Query ...")` compose."""
    found: dict[str, list[Subgraph]] = {}
    for file in sorted((_UNIT / "federation").glob("test_*.py")):
        module = importlib.import_module(f"tests.unit.federation.{file.stem}")
        for line, bodies in _calls(file, vars(module)):
            found[f"{file.stem} {line}"] = [subgraph(name, body) for name, body in bodies.items()]
    return found


def _calls(file: Path, names: dict[str, Any]) -> Iterator[tuple[int, dict[str, str]]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in _MAKERS:
            continue
        bodies: dict[str, str] = {}
        for keyword in node.keywords:
            try:
                value = eval(compile(ast.Expression(keyword.value), str(file), "eval"), names)
            except NameError:
                break  # made from local variables
            if keyword.arg is None or not isinstance(value, str):
                break
            bodies[keyword.arg] = value
        else:
            if bodies:
                yield node.lineno, bodies
