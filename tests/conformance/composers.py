"""The supergraphs of the same subgraphs by each tool."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.federation import Subgraph, compose, print_supergraph
from tests.oracles import composition
from tests.oracles.node import NodeOracle

OTHERS = ("apollo", "guild")
WAYS = ("addresses", "ours", *OTHERS)
"""How a gateway gets its graph: addresses of subgraphs that tell their schemas, or a supergraph."""
NOWHERE = "http://subgraphs.invalid"
"""Stands in composed supergraphs where the address of the subgraphs' server belongs."""
EVERY_WAY = "CONFORMANCE_EVERY_WAY" in os.environ
"""Set, every example goes every way; else the examples take turns."""
_ORACLE = NodeOracle(Path(next(iter(composition.__path__))), "compose.mjs")


def composed_elsewhere(cases: Sequence[Sequence[Subgraph]]) -> list[dict[str, Any]]:
    """For each case by tool: `supergraph`, or why there is none in `errors`."""
    answers: list[dict[str, Any]] = _ORACLE.ask(
        [[{"name": one.name, "url": one.url, "sdl": one.sdl} for one in case] for case in cases],
        seconds=900,
    )
    return answers


def composed_here(case: Sequence[Subgraph]) -> str:
    """What `partline compose` writes."""
    return print_supergraph(compose(case))


def takes_turn(number: int, way: str) -> bool:
    """Does the example with this number go this way?"""
    return EVERY_WAY or WAYS[number % len(WAYS)] == way
