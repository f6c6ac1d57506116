"""The heart of the proof: random supergraphs answer as a monolith over the same data does.

FEDERATION_SEEDS says how many seeds are tried (each without and with failing fields),
FEDERATION_FIRST_SEED where they begin. What fails is printed as small as it gets.
"""

from __future__ import annotations

import os

import pytest

from tests.unit.federation.other_ways import other_ways
from tests.unit.federation.random_case import random_case, random_operations, with_operation
from tests.unit.federation.shrinking import story

_FIRST = int(os.environ.get("FEDERATION_FIRST_SEED", "0"))
_SEEDS = int(os.environ.get("FEDERATION_SEEDS", "40"))
_BLOCK = 10


@pytest.mark.parametrize("first", range(_FIRST, _FIRST + _SEEDS, _BLOCK))
@pytest.mark.parametrize("with_errors", [False, True])
async def test_the_gateway_answers_as_the_monolith(first: int, with_errors: bool) -> None:
    composed = 0
    for seed in range(first, min(first + _BLOCK, _FIRST + _SEEDS)):
        found = random_case(seed, with_errors=with_errors)
        if found is None:
            continue
        case, federated = found
        composed += 1
        for operation in random_operations(federated, seed, 4):
            try:
                await with_operation(case, operation).check(federated)
            except Exception as error:
                raise AssertionError(await story(seed, with_operation(case, operation))) from error
    assert composed > 0


async def test_other_ways_to_the_answer_give_the_same() -> None:
    composed = 0
    for seed in range(_FIRST + 100_000, _FIRST + 100_000 + max(1, _SEEDS // 4)):
        found = random_case(seed, with_errors=seed % 2 > 0)
        if found is None:
            continue
        _, federated = found
        composed += 1
        operations = random_operations(federated, seed, 3)
        try:
            await other_ways(federated, [one for one in operations if one.kind == "query"])
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
    assert composed > 0
