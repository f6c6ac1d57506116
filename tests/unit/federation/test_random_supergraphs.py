"""The heart of the proof: random supergraphs answer as a monolith over the same data does."""

from __future__ import annotations

import os

import pytest

from gateway.federation import CompositionError
from tests.unit.federation.federated import Federated
from tests.unit.federation.random_query import VARIABLES, RandomQuery
from tests.unit.federation.random_supergraph import RandomSupergraph

_SEEDS = 10
_FIRST = int(os.environ.get("FEDERATION_FIRST_SEED", "0"))
_BLOCKS = int(os.environ.get("FEDERATION_SEED_BLOCKS", "6"))


@pytest.mark.parametrize("block", range(_BLOCKS))
@pytest.mark.parametrize("with_errors", [False, True])
async def test_the_gateway_answers_as_the_monolith(block: int, with_errors: bool) -> None:
    composed = 0
    for seed in range(_FIRST + block * _SEEDS, _FIRST + (block + 1) * _SEEDS):
        made = RandomSupergraph(seed, with_errors=with_errors)
        try:
            federated = Federated(made.world, **made.bodies)
        except CompositionError as error:
            if set(error.codes) != {"SATISFIABILITY_ERROR"}:
                raise
            continue
        composed += 1
        for number in range(4):
            query = RandomQuery(federated.supergraph.api_schema, seed * 1000 + number).text()
            try:
                await federated.check(query, VARIABLES, with_errors=None if with_errors else False)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, query {number}: {query}\n{error}") from error
    assert composed > 0
