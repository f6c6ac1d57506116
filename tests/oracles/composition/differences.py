"""Where our composition differs from Apollo's on purpose, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """`aspects` are those that differ: composes, errors, api, supergraph, hints."""

    aspects: tuple[str, ...]
    reason: str


def _all(aspect: str, reason: str, *titles: str) -> dict[str, Difference]:
    return {title: Difference((aspect,), reason) for title in titles}


DIFFERENCES: dict[str, Difference] = {
    **_all(
        "errors",
        "Apollo's crashes, as is told in its answer; ours names the fault.",
        "directives: a composed directive under different names",
        "field_sets: requirements in a circle",
        "interfaces: an interface object in a union",
        "keys: a key that selects within a scalar",
        "schemas: sdl that does not parse",
        "schemas: an enum value that is not allowed",
        "schemas: syntax that was once allowed",
        "types: a union and an interface of one name",
        "types: subgraphs of the same name",
    ),
    **_all(
        "composes",
        "Apollo's crashes; there is no fault in the subgraphs.",
        "contexts: contexts of the same name in two subgraphs",
        "links: a core schema",
        "links: a link to rubbish",
    ),
    **_all(
        "composes",
        "A field that is provided gives the same value as where it is resolved; plans are right "
        "either way. Apollo's wants it @shareable there, the Guild's does not, ours gives a hint.",
        "field_sets: provided fields, nested",
        "field_sets: provided fields of a value type",
        "field_sets: provided fields of an interface",
        "field_sets: provided fields of a union",
        "field_sets: provided fields of a list",
        "override: a field that is overridden although it is provided",
        "satisfiability: a provided field that is the only way on one of two paths",
    ),
    "satisfiability: a provided field that is the only way": Difference(
        ("errors",), "The sharing of provided fields is a hint, so that the search comes to it."
    ),
    "field_sets: provided fields of an interface's own": Difference(
        ("composes",),
        "A field of an interface cannot be marked @external, but those of its implementations "
        "are; it is plain what is provided.",
    ),
    **_all(
        "composes",
        "An external declaration is never called; a default that it leaves out changes nothing. "
        "The Guild's composes it, too. Another default is an error in ours as well.",
        "external: an external field without the default",
        "field_sets: requirements with arguments",
    ),
    "external: an external field of an interface": Difference(
        ("errors",), "That it is not used, either, does not help who must remove it anyway."
    ),
    "field_sets: requirements through a fragment that cannot match": Difference(
        ("errors",), "Ours tells at the directive what Apollo's finds when it searches plans."
    ),
    "field_sets: a requirement of an external key": Difference(
        ("composes",), "The key can be had from the other subgraph, which is where one comes from."
    ),
    **_all(
        "composes",
        "@oneOf is in GraphQL's specification since September 2025; Apollo's does not know it.",
        "inputs: inputs with oneOf",
        "inputs: inputs with oneOf in one subgraph",
    ),
    **_all(
        "composes",
        "Apollo's ignores the directive without a word; it is documented as not allowed.",
        "inaccessible: a hidden federation scalar",
        "inaccessible: a hidden built-in scalar",
    ),
    **_all(
        "composes",
        "@inaccessible may come from its own specification and was in Federation 1's libraries.",
        "federation_1: tags and hidden things in federation 1",
        "links: tag by its own link",
    ),
    **_all(
        "supergraph",
        "The supergraph uses the specification's own names, whatever subgraphs call them.",
        "links: renamed imports and a namespace",
        "links: long names without imports",
        "links: tag under one other name",
        "schemas: federation scalars under their long names",
    ),
    **_all(
        "composes",
        "So different names in different subgraphs are no conflict (LINK_IMPORT_NAME_MISMATCH).",
        "links: tag under different names",
        "links: inaccessible under different names",
    ),
    "links: federation 2.12 with cache tags": Difference(
        ("supergraph",), "@cacheTag says nothing to our gateway and is not carried over."
    ),
    "links: federation of the far future": Difference(
        ("composes",), "A newer 2.x is read as the newest known one; what is new is ignored."
    ),
    "links: a link without an address": Difference(
        ("composes",), "The link specification demands the address; Apollo's ignores the link."
    ),
    "links: a link of a newer link specification": Difference(
        ("errors",), "Apollo's says that link is linked twice, since it adds one itself."
    ),
    "links: a link under another name": Difference(
        ("api", "supergraph"), "Apollo's adds a scalar of Federation 1 to the API."
    ),
    "links: connectors": Difference(
        ("composes",), "Our gateway has no connectors and must not promise their fields."
    ),
    "override: an override of a field that is of another type": Difference(
        ("supergraph",), "The type that the field had where it is overridden matters no more."
    ),
    **_all(
        "composes",
        "GraphQL's specification does not allow it.",
        "schemas: a type and an extension of another kind",
        "schemas: a schema twice",
        "schemas: an enum value twice",
        "schemas: an argument twice",
    ),
    "test_random_findings: "
    "test_a_field_of_the_only_implementation_is_not_asked_of_the_interface 0": Difference(
        ("composes",),
        "An interface object stands for its implementations: a field that gives one of them here "
        "and the interface object there gives the interface.",
    ),
    "test_random_findings: test_a_requirement_needs_a_key_to_come_back_by 0": Difference(
        ("composes",),
        "What a field requires is brought to its subgraph as an entity, by a key that can be "
        "resolved there; the others compose it and break that promise.",
    ),
}

WAIVED: dict[str, str] = {
    "CRASHED": "There is nothing to compare with.",
    "LINK_IMPORT_NAME_MISMATCH": "The supergraph uses the specification's own names.",
    "INVALID_FIELD_SHARING": "Provided fields need not be shareable; the Guild's agrees.",
    "PROVIDES_FIELDS_MISSING_EXTERNAL": "Fields of an interface may be provided.",
    "SATISFIABILITY_ERROR": "Our planner finds plans that Apollo's and the Guild's do not search "
    "for; that they answer rightly is shown by tests/unit/federation/test_random_supergraphs.py.",
}
"""Codes of Apollo's that do not count against ours for subgraphs that were not written to be
compared: those of other tests and random ones."""
