"""Costs as expressions of the variables: constant parts are added up when they are built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.federation.operations.selection import UNCONDITIONAL, Conditions

Values = Mapping[str, object]


class Amount(Protocol):
    """A number that depends on the variables."""

    def of(self, values: Values) -> int: ...


@dataclass(frozen=True, slots=True)
class Always:
    """The same number for all variables."""

    number: int

    def of(self, values: Values) -> int:
        return self.number


ZERO = Always(0)
ONE = Always(1)


@dataclass(frozen=True, slots=True)
class _Sum:
    constant: int
    terms: tuple[Amount, ...]

    def of(self, values: Values) -> int:
        return self.constant + sum(term.of(values) for term in self.terms)


@dataclass(frozen=True, slots=True)
class _Product:
    one: Amount
    other: Amount

    def of(self, values: Values) -> int:
        return self.one.of(values) * self.other.of(values)


@dataclass(frozen=True, slots=True)
class _Largest:
    options: tuple[Amount, ...]

    def of(self, values: Values) -> int:
        return max(option.of(values) for option in self.options)


@dataclass(frozen=True, slots=True)
class _Guarded:
    conditions: Conditions
    amount: Amount

    def of(self, values: Values) -> int:
        holds = all(bool(values.get(name)) is wanted for name, wanted in self.conditions)
        return self.amount.of(values) if holds else 0


@dataclass(frozen=True, slots=True)
class FromVariable:
    """A number that is read from the value of a variable, 0 for one without a value."""

    variable: str
    read: Callable[[object], int]

    def of(self, values: Values) -> int:
        value = values.get(self.variable)
        return 0 if value is None else self.read(value)


def total(terms: Iterable[Amount]) -> Amount:
    """The sum of the terms."""
    constant = 0
    others: list[Amount] = []
    for term in terms:
        if isinstance(term, Always):
            constant += term.number
        elif isinstance(term, _Sum):
            constant += term.constant
            others += term.terms
        else:
            others.append(term)
    return _Sum(constant, tuple(others)) if others else Always(constant)


def product(one: Amount, other: Amount) -> Amount:
    """One times the other."""
    if isinstance(one, Always) and isinstance(other, Always):
        return Always(one.number * other.number)
    if ONE in (one, other):
        return other if one == ONE else one
    return ZERO if ZERO in (one, other) else _Product(one, other)


def largest(options: Iterable[Amount]) -> Amount:
    """The largest of the options, of which there is at least one."""
    given = tuple(options)
    constants = [one.number for one in given if isinstance(one, Always)]
    others: list[Amount] = [one for one in given if not isinstance(one, Always)]
    if constants:
        others.append(Always(max(constants)))
    return others[0] if len(others) == 1 else _Largest(tuple(others))


def not_negative(amount: Amount) -> Amount:
    """The amount, or 0 where it is below."""
    return largest((ZERO, amount))


def guarded(conditions: Conditions, amount: Amount) -> Amount:
    """The amount where the conditions hold, else 0."""
    return amount if conditions == UNCONDITIONAL or amount == ZERO else _Guarded(conditions, amount)
