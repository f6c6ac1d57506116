"""How long a new operation takes until it can be run."""

import statistics
import time

from gateway.federation import Engine, FetchRequest
from tests.benchmarks.gateway.graph import OPERATION, SDL, supergraph

_OPERATIONS = 200


async def _nobody(subgraph: str, request: FetchRequest) -> bytes:
    raise ConnectionError(f"{subgraph} is not asked here")


def planning_milliseconds() -> float:
    """The median of reading, checking and planning operations that each are new.

    They are the benchmark's own, each with another name for one of its fields, so that no
    plan is known yet.
    """
    engine = Engine(supergraph(dict.fromkeys(SDL, "")), _nobody)
    spent: list[float] = []
    for number in range(_OPERATIONS):
        operation = OPERATION.replace("username", f"username{number}: username", 1)
        begun = time.process_time()
        engine.plan(operation)
        spent.append(1000 * (time.process_time() - begun))
    return statistics.median(spent)
