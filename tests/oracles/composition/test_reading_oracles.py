"""What two other composers write is read as what composing here knows."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import lexicographic_sort_schema, print_schema

from gateway.federation import CompositionError, Subgraph, compose, read_supergraph
from tests.oracles.composition.corpus import read_cases
from tests.oracles.composition.elsewhere import in_unit_tests
from tests.oracles.node import NodeOracle
from tests.unit.federation.rereading import description

_ORACLE = NodeOracle(Path(__file__).parent, "compose.mjs")


@functools.cache
def _cases() -> dict[str, list[Subgraph]]:
    cases = {case.title: case.subgraphs for case in read_cases() if not case.errors}
    return {**cases, **in_unit_tests()}


@functools.cache
def _answers() -> dict[str, Any]:
    cases = _cases()
    asked = [
        [{"name": one.name, "url": one.url, "sdl": one.sdl} for one in subgraphs]
        for subgraphs in cases.values()
    ]
    return dict(zip(cases, _ORACLE.ask(asked), strict=True))


def _known(found: dict[str, Any]) -> dict[str, Any]:
    """What plans depend on. Tools leave out fields that are taken over by another subgraph, and
    externals that nothing uses; and of how a type came to be, whether it was an extension."""
    types = {name: one["types"] for name, one in found.items()}
    known = json.loads(json.dumps(types, default=lambda one: sorted(map(str, one))))
    for subgraph in known.values():
        for joined in subgraph.values():
            joined.pop("is_extension", None)
            joined["fields"] = {
                name: field
                for name, field in joined["fields"].items()
                if not field["external"] and (not field["overridden"] or field["override_label"])
            }
            for field in joined["fields"].values():
                del field["arguments"]
    return dict(known)


@pytest.mark.parametrize("tool", ["apollo", "guild"])
@pytest.mark.parametrize("title", _cases())
def test_a_supergraph_is_read_as_if_composed_here(tool: str, title: str) -> None:
    written = _answers()[title][tool].get("supergraph")
    try:
        ours = compose(_cases()[title])
    except CompositionError:
        pytest.skip("it does not compose here; the other tests say whether it should")
    if written is None:
        pytest.skip("it does not compose there; the other tests say whether it should")
    theirs = read_supergraph(written)
    assert _known(description(theirs)) == _known(description(ours))
    assert print_schema(lexicographic_sort_schema(theirs.api_schema)) == print_schema(
        lexicographic_sort_schema(ours.api_schema)
    )
