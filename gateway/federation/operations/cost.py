"""What an operation costs at most, estimated before it is run.

After IBM's GraphQL Cost Directives (https://ibm.github.io/graphql-specs/cost-spec.html), in the
form that Apollo documents: a field costs its weight and what is selected in it, times the length
of its list, and what its arguments weigh. Where a value may be of several types, the most
expensive one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import ListValueNode, NullValueNode, ObjectValueNode, ValueNode, VariableNode

from gateway.federation.errors import OperationError
from gateway.federation.operations.cost_expression import (
    ONE,
    ZERO,
    Always,
    Amount,
    FromVariable,
    Values,
    guarded,
    largest,
    not_negative,
    product,
    total,
)
from gateway.federation.operations.cost_weights import CostWeights, ListSize, list_size_of
from gateway.federation.operations.operation import Operation
from gateway.federation.operations.selection import Conditions, FieldSelection, Selections
from gateway.federation.operations.slicing import Slice, slice_of
from gateway.federation.supergraph.definitions import Field, InputValue

_OPERATION_COSTS = {"mutation": 10}
_HUGE = 10**12


@dataclass(frozen=True, slots=True)
class _Compiled:
    amount: Amount
    slices: tuple[tuple[Conditions, Slice], ...]


class OperationCost:
    """The cost of an operation as an expression of its variables; compiled when first asked."""

    def __init__(self, operation: Operation, weights: CostWeights) -> None:
        self._operation = operation
        self._weights = weights
        self._compiled: _Compiled | None = None

    def of(self, values: Values) -> int:
        """The cost with these values of the variables, defaults filled in."""
        return self._expression().amount.of(values)

    def check(self, values: Values, limit: int) -> int:
        """The cost. Raises OperationError when it is over the limit, and when a list is asked
        for without the one argument that tells how much of it."""
        compiled = self._expression()
        for conditions, one in compiled.slices:
            if all(bool(values.get(name)) is wanted for name, wanted in conditions):
                one.check(values)
        cost = compiled.amount.of(values)
        if cost > limit:
            name, most = self._most_expensive(values)
            raise OperationError.single(
                "COST_ESTIMATED_TOO_EXPENSIVE",
                f"The operation is estimated to cost {_figure(cost)}; at most {limit} is allowed. "
                f'Its most expensive field is "{name}" with {_figure(most)}. Ask for shorter '
                "lists and for less in each of their items, or split the operation.",
            )
        return cost

    def _most_expensive(self, values: Values) -> tuple[str, int]:
        """The field at the top that costs most, and what it costs."""
        compiler, root = _Compiler(self._weights), self._operation.root_type
        costs = (
            (item.key, compiler.field((root,), item, {}).of(values))
            for item in self._operation.selections
        )
        return max(costs, key=lambda pair: pair[1])

    def _expression(self) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiler(self._weights).operation(self._operation)
        return self._compiled


def _figure(cost: int) -> str:
    return str(cost) if cost < _HUGE else "very much"


class _Compiler:
    def __init__(self, weights: CostWeights) -> None:
        self._weights = weights
        self._definitions = weights.definitions
        self._slices: list[tuple[Conditions, Slice]] = []

    def operation(self, operation: Operation) -> _Compiled:
        root = operation.root_type
        base = Always(_OPERATION_COSTS.get(operation.kind, 0))
        amount = total((base, self._selected(root, operation.selections, {})))
        return _Compiled(amount, tuple(self._slices))

    def _selected(self, parent: str, selections: Selections, sizes: Mapping[str, Amount]) -> Amount:
        """What is selected on one value of a type: of the types it may have, the dearest."""
        possible = tuple(sorted(self._definitions.possible_types(parent))) or (parent,)
        common: list[Amount] = []
        groups: dict[frozenset[str], list[Amount]] = {}
        for item in selections:
            types = possible if item.types is None else tuple(sorted(item.types))
            cost = self.field(types, item, sizes)
            if item.types is None:
                common.append(cost)
            else:
                groups.setdefault(item.types, []).append(cost)
        if groups:
            together = {types: total(costs) for types, costs in groups.items()}
            applying = dict.fromkeys(
                tuple(types for types in together if name in types) for name in possible
            )
            common.append(largest(total(together[types] for types in one) for one in applying))
        return total(common)

    def field(
        self, types: Iterable[str], item: FieldSelection, sizes: Mapping[str, Amount]
    ) -> Amount:
        """A field that is selected on one of these types; `sizes` are lengths of lists that the
        field above tells."""
        found = (self._definitions.field(name, item.name) for name in types)
        fields = [field for field in found if field is not None]
        if not fields:  # __typename, and what the gateway itself answers
            return ZERO
        given = dict(item.arguments)
        size: Amount = ONE
        inner_sizes: dict[str, Amount] = {}
        for directive in dict.fromkeys(list_size_of(field) for field in fields):
            own = self._size(directive, fields[0], given, item.conditions)
            if directive is not None and directive.sized_fields:
                inner_sizes |= dict.fromkeys(directive.sized_fields, own)
            elif fields[0].type.is_list:
                size = own if size is ONE else largest((size, own))
        if item.name in sizes and fields[0].type.is_list:
            size = sizes[item.name]
        weight = Always(max(self._weights.of_field(field) for field in fields))
        selected: Amount = ZERO
        if item.children is not None:
            selected = self._selected(fields[0].type.name, item.children, inner_sizes)
        arguments = largest(self._arguments(field, given) for field in fields)
        cost = total((product(size, total((weight, selected))), arguments))
        return guarded(item.conditions, not_negative(cost))

    def _size(
        self,
        directive: ListSize | None,
        field: Field,
        given: Mapping[str, ValueNode],
        conditions: Conditions,
    ) -> Amount:
        if directive is None:
            return Always(self._weights.list_size)
        made = slice_of(directive, field, given, self._weights.list_size)
        if made.must_be_one:
            self._slices.append((conditions, made))
        return made.amount

    def _arguments(self, field: Field, given: Mapping[str, ValueNode]) -> Amount:
        return total(
            self._given(argument, given[name])
            for name, argument in field.arguments.items()
            if name in given
        )

    def _given(self, argument: InputValue, value: ValueNode) -> Amount:
        """What an argument or input field weighs with what is in its value."""
        weight = self._weights.of_argument(argument)
        name = argument.type.name
        if isinstance(value, VariableNode):
            weights = self._weights
            return FromVariable(
                value.name.value, lambda sent: weight + weights.of_value(sent, name)
            )
        if isinstance(value, NullValueNode):
            return ZERO
        return total((Always(weight), self._inside(value, name)))

    def _inside(self, value: ValueNode, type_name: str) -> Amount:
        if not self._weights.weighs_inside(type_name):
            return ZERO
        if isinstance(value, ListValueNode):
            return total(self._inside(item, type_name) for item in value.values)
        if isinstance(value, VariableNode):
            weights = self._weights
            return FromVariable(value.name.value, lambda sent: weights.of_value(sent, type_name))
        if not isinstance(value, ObjectValueNode):
            return ZERO
        fields = self._definitions.types[type_name].input_fields
        return total(
            self._given(fields[item.name.value], item.value)
            for item in value.fields
            if item.name.value in fields
        )
