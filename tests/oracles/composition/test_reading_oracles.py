"""What two other composers write is read as what composing here knows."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import print_schema

from gateway.federation import CompositionError, Subgraph, Supergraph, compose, read_supergraph
from tests.oracles.composition.corpus import read_cases
from tests.oracles.composition.elsewhere import in_unit_tests
from tests.oracles.composition.normalised import api_text
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
    """What plans depend on. Tools leave out fields that are taken over by another subgraph,
    externals that nothing uses and overrides of nobody; and spaces within field sets."""
    types = {name: one["types"] for name, one in found.items()}
    known: dict[str, Any] = json.loads(json.dumps(types, default=lambda one: sorted(map(str, one))))
    for subgraph in known.values():
        for joined in subgraph.values():
            joined.pop("is_extension", None)
            joined["fields"] = {
                name: field
                for name, field in joined["fields"].items()
                if not field["external"] and (not field["overridden"] or field["override_label"])
            }
            for field in joined["fields"].values():
                del field["arguments"], field["override_from"]
                for name in ("requires", "provides"):
                    field[name] = field[name] and re.sub(r"[\s,]", "", field[name])
    return {
        name: {key: one for key, one in subgraph.items() if one["fields"] or one["members"]}
        for name, subgraph in known.items()
    }


DIFFERENT = {
    "federation_1: provided fields of federation 1 that are not external, guild": (
        "the Guild keeps a @provides of what the subgraph resolves anyway"
    ),
    "federation_1: an external field that is a key only elsewhere, guild": (
        "the Guild forgets the @external"
    ),
    "override: an override with a strange label, apollo": "Apollo drops it with its label",
    "types: interface fields with other types, guild": "the Guild forgets the subgraph's own type",
}


@functools.cache
def _composed_here() -> dict[str, Supergraph]:
    composed = {}
    for title, subgraphs in _cases().items():
        with contextlib.suppress(CompositionError):
            composed[title] = compose(subgraphs)
    return composed


@pytest.mark.parametrize(("tool", "most_left_out"), [("apollo", 40), ("guild", 100)])
def test_supergraphs_are_read_as_if_composed_here(tool: str, most_left_out: int) -> None:
    """What does not compose on both sides is compared in test_composition_oracles.py."""
    both = {
        title: answer[tool]["supergraph"]
        for title, answer in _answers().items()
        if title in _composed_here() and "supergraph" in answer[tool]
    }
    different = {
        title
        for title, sdl in both.items()
        if _known(description(read_supergraph(sdl))) != _known(description(_composed_here()[title]))
    }
    assert different == {key.removesuffix(f", {tool}") for key in DIFFERENT if key.endswith(tool)}
    assert len(_cases()) - len(both) <= most_left_out


def test_clients_are_shown_what_the_tool_shows_of_its_supergraph() -> None:
    composed = {
        title: answer["apollo"]
        for title, answer in _answers().items()
        if "supergraph" in answer["apollo"]
    }
    different = [
        title
        for title, answer in composed.items()
        if api_text(print_schema(read_supergraph(answer["supergraph"]).api_schema))
        != api_text(answer["api"])
    ]
    assert not different
    assert len(composed) >= len(_composed_here()) - 40
