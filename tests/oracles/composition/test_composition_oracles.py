"""Our composition beside two others: Apollo's, which defines what is right, and the Guild's.

Whatever differs from Apollo's is listed in `differences.py` with its reason. The Guild's is a
second opinion: it counts where Apollo's says the same.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from graphql import print_schema

from gateway.federation import CompositionError, Subgraph, compose, print_supergraph
from tests.oracles.composition.corpus import read_cases
from tests.oracles.composition.differences import DIFFERENCES, WAIVED
from tests.oracles.composition.elsewhere import in_unit_tests, of_partline
from tests.oracles.composition.normalised import api_text, facts
from tests.oracles.node import NodeOracle
from tests.unit.federation.random_supergraph import RandomSupergraph

_ORACLE = NodeOracle(Path(__file__).parent, "compose.mjs")
_RANDOM = 40


@dataclass
class Outcome:
    """What became of the subgraphs."""

    errors: list[str]
    hints: list[str] = field(default_factory=list)
    api: str = ""
    supergraph: str = ""
    messages: list[str] = field(default_factory=list)

    def differences(self, other: Outcome) -> dict[str, Any]:
        """What is different, by aspect; empty when both mean the same."""
        if bool(self.errors) != bool(other.errors):
            return {"composes": [self.messages or "composes", other.messages or "composes"]}
        if set(self.errors) != set(other.errors):
            return {"errors": [sorted(set(self.errors)), sorted(set(other.errors)), other.messages]}
        if self.errors:
            return {}
        found: dict[str, Any] = {}
        if self.api != other.api:
            found["api"] = [self.api, other.api]
        ours, theirs = facts(self.supergraph), facts(other.supergraph)
        if ours != theirs:
            found["supergraph"] = [sorted(ours - theirs), sorted(theirs - ours)]
        if set(self.hints) != set(other.hints):
            found["hints"] = [sorted(set(self.hints)), sorted(set(other.hints))]
        return found


def _ours(subgraphs: list[Subgraph]) -> Outcome:
    try:
        supergraph = compose(subgraphs)
    except CompositionError as error:
        messages = [str(problem) for problem in error.problems]
        return Outcome(list(error.codes), messages=messages)
    return Outcome(
        [],
        [hint.code for hint in supergraph.hints],
        api_text(print_schema(supergraph.api_schema)),
        print_supergraph(supergraph),
    )


def _theirs(answer: Any) -> Outcome:
    return Outcome(
        [error["code"] for error in answer["errors"]],
        answer["hints"],
        api_text(answer["api"]) if "api" in answer else "",
        answer.get("supergraph", ""),
        [f"{error['code']}: {error['message']}" for error in answer["errors"]],
    )


def _random() -> dict[str, list[Subgraph]]:
    return {
        f"random {seed}": [
            Subgraph(name, sdl, f"http://{name}")
            for name, sdl in RandomSupergraph(seed).sdls.items()
        ]
        for seed in range(_RANDOM)
    }


CORPUS = {case.title: case.subgraphs for case in read_cases()}
ELSEWHERE = in_unit_tests() | of_partline()
RANDOM = _random()
_EVERY = CORPUS | ELSEWHERE | RANDOM


@functools.cache
def _composed(title: str) -> Outcome:
    return _ours(_EVERY[title])


@functools.cache
def _answers() -> dict[str, dict[str, Outcome]]:
    asked = [
        [{"name": one.name, "url": one.url, "sdl": one.sdl} for one in subgraphs]
        for subgraphs in _EVERY.values()
    ]
    return {
        title: {name: _theirs(one) for name, one in answer.items()}
        for title, answer in zip(_EVERY, _ORACLE.ask(asked), strict=True)
    }


def _shown(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=1).replace("\\n", "\n")


@pytest.mark.parametrize("title", CORPUS)
def test_it_composes_as_apollo_does(title: str) -> None:
    found = _composed(title).differences(_answers()[title]["apollo"])
    expected = DIFFERENCES.get(title)
    if expected is None:
        assert not found, _shown(found)
    else:
        assert set(found) == set(expected.aspects), f"{expected.reason}\n{_shown(found)}"


@pytest.mark.parametrize("title", CORPUS)
def test_it_composes_as_both_do_where_they_agree(title: str) -> None:
    apollo, guild = _answers()[title]["apollo"], _answers()[title]["guild"]
    found = _composed(title).differences(guild)
    found.pop("hints", None)  # the Guild's gives none
    agreed = set(found) - set(apollo.differences(guild))
    if title not in DIFFERENCES:
        assert not agreed, _shown(found)


def _unexplained(title: str) -> dict[str, Any]:
    """What is different in subgraphs that were not written to be compared."""
    apollo, guild = _answers()[title]["apollo"], _answers()[title]["guild"]
    found = _composed(title).differences(apollo)
    if apollo.errors and set(apollo.errors) <= set(WAIVED):
        return {}
    return found if set(_composed(title).errors) != set(guild.errors) else {}


@pytest.mark.parametrize("title", ELSEWHERE)
def test_what_other_tests_compose_is_composed_alike(title: str) -> None:
    found = _unexplained(title)
    expected = DIFFERENCES.get(title)
    assert set(found) == set(expected.aspects if expected else ()), _shown(found)


def test_random_supergraphs_compose_as_they_do_elsewhere() -> None:
    different = {title: found for title in RANDOM if (found := _unexplained(title))}
    assert not different, _shown(different)
    same = [one for one in RANDOM if not _composed(one).differences(_answers()[one]["apollo"])]
    assert len(same) > len(RANDOM) / 2


def test_known_differences_are_of_known_cases() -> None:
    assert set(DIFFERENCES) <= set(CORPUS | ELSEWHERE)
