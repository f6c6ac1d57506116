"""The validation rules that an operation can break at all, judged by its characters."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import (
    ASTValidationRule,
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    NoUndefinedVariablesRule,
    NoUnusedVariablesRule,
    OverlappingFieldsCanBeMergedRule,
    StreamDirectiveOnListField,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueInputFieldNamesRule,
    UniqueVariableNamesRule,
    ValidationContext,
    ValuesOfCorrectTypeRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)

Rules = tuple[type[ASTValidationRule], ...]

_MOST_COMPARISONS = 100_000

_RULES_OF: dict[str, set[Any]] = {
    "$": {
        NoUndefinedVariablesRule,
        NoUnusedVariablesRule,
        UniqueVariableNamesRule,
        VariablesAreInputTypesRule,
        VariablesInAllowedPositionRule,
    },
    "@": {
        DeferStreamDirectiveLabel,
        DeferStreamDirectiveOnRootField,
        DeferStreamDirectiveOnValidOperationsRule,
        KnownDirectivesRule,
        StreamDirectiveOnListField,
        UniqueDirectivesPerLocationRule,
    },
    "(": {
        KnownArgumentNamesRule,
        UniqueArgumentNamesRule,
        UniqueInputFieldNamesRule,
        ValuesOfCorrectTypeRule,
    },
}
"""By a character, the rules that only find fault with syntax that is written with it."""


class BoundedOverlaps(OverlappingFieldsCanBeMergedRule):
    """Compares fields under one response key, whose pairs grow with the square of their number.

    Validation is aborted after a fifth of what graphql-core allows, a quarter of a second.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _MOST_COMPARISONS


def rules_for(query: str) -> Rules:
    """The rules to validate a text by: all that could find anything, which saves half the time."""
    return _rules(frozenset(mark for mark in _RULES_OF if mark not in query))


@cache
def _rules(absent: frozenset[str]) -> Rules:
    needless = {rule for mark in absent for rule in _RULES_OF[mark]}
    return tuple(
        BoundedOverlaps if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
        if rule not in needless
    )
