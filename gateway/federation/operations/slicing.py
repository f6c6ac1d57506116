"""How long a list is at most, by the arguments that slice it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import IntValueNode, ValueNode, VariableNode

from gateway.federation.errors import OperationError
from gateway.federation.operations.cost_expression import Always, Amount, Values
from gateway.federation.operations.cost_weights import ListSize
from gateway.federation.supergraph.definitions import Field


@dataclass(frozen=True, slots=True)
class Slice:
    """The length of a list: the largest of what its slicing arguments say, or `otherwise`.

    `numbers` are written in the operation or defaults of the schema; `variables` are read when
    it is run, with what the schema's default says for those without a value.
    """

    field: str
    arguments: tuple[str, ...]
    numbers: tuple[int, ...]
    variables: tuple[tuple[str, int | None], ...]
    otherwise: int
    must_be_one: bool

    @property
    def amount(self) -> Amount:
        """The slice, or its number where no variable matters."""
        if self.variables:
            return self
        return Always(max(0, max(self.numbers, default=self.otherwise)))

    def of(self, values: Values) -> int:
        return max(0, max(self._present(values), default=self.otherwise))

    def check(self, values: Values) -> None:
        """Raise OperationError unless one argument, and only one, tells the length."""
        present = len(self._present(values))
        if self.must_be_one and present != 1:
            raise OperationError.single(
                "SLICING_ARGUMENT_REQUIRED",
                f'The field "{self.field}" takes one of the arguments '
                f"{', '.join(self.arguments)}, which says how many items are wanted; "
                f"{present or 'none'} of them {'is' if present <= 1 else 'are'} given. "
                "Give exactly one.",
            )

    def _present(self, values: Values) -> list[int]:
        sent = (values.get(name, default) for name, default in self.variables)
        return [*self.numbers, *(one for one in sent if isinstance(one, int))]


def slice_of(
    directive: ListSize, field: Field, given: Mapping[str, ValueNode], list_size: int
) -> Slice:
    """The slice of a field with these arguments."""
    numbers: list[int] = []
    variables: list[tuple[str, int | None]] = []
    for name in directive.slicing_arguments:
        argument = field.arguments.get(name)
        default = argument.default if argument else None
        value = given.get(name, default)
        if isinstance(value, VariableNode):
            variables.append((value.name.value, _number(default)))
        elif (number := _number(value)) is not None:
            numbers.append(number)
    return Slice(
        field.name,
        directive.slicing_arguments,
        tuple(numbers),
        tuple(variables),
        list_size if directive.assumed is None else directive.assumed,
        directive.require_one and bool(directive.slicing_arguments),
    )


def _number(value: ValueNode | None) -> int | None:
    return int(value.value) if isinstance(value, IntValueNode) else None
