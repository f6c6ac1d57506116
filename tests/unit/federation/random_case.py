"""One random supergraph with operations, checked in every way that there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from gateway.federation import CompositionError
from tests.unit.federation.federated import Federated
from tests.unit.federation.random_query import Operation, random_operation
from tests.unit.federation.random_supergraph import RandomSupergraph
from tests.unit.federation.world import JsonObject

_REPAIRS = 12
_PRUNED = {"INVALID_GRAPHQL", "ONLY_INACCESSIBLE_CHILDREN"}
"""What is told when repairs have left nothing of a type that is still mentioned."""
_REPAIRABLE = {"SATISFIABILITY_ERROR", "FIELD_TYPE_MISMATCH", "EXTERNAL_TYPE_MISMATCH"}


@dataclass
class Case:
    """Subgraphs, their data, and an operation: all that a wrong answer needs."""

    sdls: dict[str, str]
    world: dict[str, list[JsonObject]]
    labels: list[str] = field(default_factory=list)
    operation: Operation = field(default_factory=lambda: Operation("query", "{ __typename }"))
    with_errors: bool = False

    def federated(self) -> Federated:
        return Federated.of(self.world, self.sdls, self.labels)

    async def check(self, federated: Federated | None = None) -> None:
        """Raises AssertionError when the gateway's answer is wrong."""
        federated = federated or self.federated()
        kind, text, variables = (
            self.operation.kind,
            self.operation.text,
            self.operation.variables,
        )
        with_errors = None if self.with_errors else False
        if kind == "subscription":
            await federated.check_events(text, variables, with_errors=with_errors)
        else:
            await federated.check(text, variables, with_errors=with_errors)

    def __str__(self) -> str:
        parts = [f"--- {name}\n{sdl}" for name, sdl in self.sdls.items()]
        parts.append("--- world")
        for name, items in self.world.items():
            parts += [f"{name} {number}: {item}" for number, item in enumerate(items)]
        parts.append(f"--- labels {self.labels}")
        parts.append(f"--- operation\n{self.operation.text}\n{self.operation.variables}")
        return "\n".join(parts)


def random_case(seed: int, *, with_errors: bool = False) -> tuple[Case, Federated] | None:
    """A case that composes, without its operation; None when the model is empty."""
    made = RandomSupergraph(seed, with_errors=with_errors)
    for _ in range(_REPAIRS):
        case = Case(made.sdls, made.world(), made.labels, with_errors=with_errors)
        if not made.has_queries:
            return None
        try:
            return case, case.federated()
        except CompositionError as error:
            if set(error.codes) <= _PRUNED:
                return None
            if not set(error.codes) <= _REPAIRABLE:
                raise AssertionError(f"seed {seed} does not compose: {error}\n{case}") from error
            if not made.without([one for item in error.problems for one in item.coordinates]):
                raise AssertionError(f"seed {seed} cannot be mended: {error}\n{case}") from error
    return None


def random_operations(federated: Federated, seed: int, queries: int) -> list[Operation]:
    schema = federated.supergraph.api_schema
    random = Random(seed)
    kinds = ["query"] * queries
    if schema.mutation_type is not None:
        kinds += ["mutation"] * 2
    if schema.subscription_type is not None:
        kinds.append("subscription")
    return [random_operation(schema, random.getrandbits(40), kind) for kind in kinds]


def with_operation(case: Case, operation: Operation) -> Case:
    return Case(case.sdls, case.world, case.labels, operation, case.with_errors)
