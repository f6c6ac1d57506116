"""What implementations ask for, an interface asks for, too."""

from __future__ import annotations

from gateway.federation.composition.merging.access import ARGUMENTS, all_required
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.specification import ACCESS
from gateway.federation.supergraph.definitions import Directive, Element, Kind


def add_interface_access(context: MergeContext) -> None:
    """Whoever asks an interface must be allowed to see each type that may be behind it."""
    types = context.merged.types
    for interface in types.values():
        if interface.kind is not Kind.INTERFACE:
            continue
        implementations = [
            types[name]
            for name in sorted(context.merged.possible_types(interface.name))
            if name in types
        ]
        for implementation in implementations:
            _add(interface, implementation)
        for field in interface.fields.values():
            for implementation in implementations:
                own = implementation.fields.get(field.name)
                if own is not None and own is not field:
                    _add(field, own)


def _add(target: Element, source: Element) -> None:
    for directive in source.directives:
        if directive.name in ACCESS:
            target.directives = _joined(target.directives, directive)


def _joined(directives: list[Directive], added: Directive) -> list[Directive]:
    joined: list[Directive] = []
    found = False
    for directive in directives:
        if directive.name == added.name:
            found = True
            same = directive.name not in ARGUMENTS or directive.signature == added.signature
            joined.append(directive if same else all_required(directive, added))
        else:
            joined.append(directive)
    return joined if found else [*joined, added]
