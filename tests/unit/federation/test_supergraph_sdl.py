"""The supergraph as SDL with the directives of the join specification."""

from __future__ import annotations

from graphql import build_schema, validate_schema

from gateway.federation import compose, print_supergraph
from tests.unit.federation.federated import subgraph


def blocks(text: str) -> dict[str, str]:
    found = {}
    for block in text.split("\n\n"):
        flat = " ".join(block.split())
        words = flat.replace("@", " @").split()
        if words and words[0] in ("type", "interface", "union", "enum", "input", "scalar"):
            found[words[1]] = flat
    return found


def test_it_tells_who_resolves_what() -> None:
    text = print_supergraph(
        compose(
            [
                subgraph(
                    "a-1",
                    'type Query { t(i: In): T @provides(fields: "y") us: [U] e: E } '
                    'type T @key(fields: "id") { id: ID! x: Int y: Int @external z: Int } '
                    "input In { v: Int } union U = T enum E { A B @inaccessible }",
                ),
                subgraph(
                    "b",
                    'type T @key(fields: "id", resolvable: true) { id: ID! y: Int @tag(name: "k") '
                    'z: Int! @override(from: "a-1") x: Int @external '
                    'r: Int @requires(fields: "x") } enum E { A }',
                ),
            ]
        )
    )
    assert not validate_schema(build_schema(text))
    found = blocks(text)
    assert found["T"] == (
        'type T @join__type(graph: A_1, key: "id") @join__type(graph: B, key: "id") { id: ID! '
        "x: Int @join__field(graph: A_1) @join__field(graph: B, external: true) "
        "y: Int @join__field(graph: A_1, external: true) @join__field(graph: B) "
        '@tag(name: "k") z: Int @join__field(graph: B, override: "a-1") '
        'r: Int @join__field(graph: B, requires: "x") }'
    )
    assert found["U"] == (
        'union U @join__type(graph: A_1) @join__unionMember(graph: A_1, member: "T") = T'
    )
    assert found["E"] == (
        "enum E @join__type(graph: A_1) @join__type(graph: B) { A @join__enumValue(graph: A_1) "
        "@join__enumValue(graph: B) B @join__enumValue(graph: A_1) @inaccessible }"
    )
    assert '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)' in text


def test_an_interface_object_is_told_apart() -> None:
    text = print_supergraph(
        compose(
            [
                subgraph(
                    "a",
                    'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
                    'type T implements I @key(fields: "id") { id: ID! }',
                ),
                subgraph("b", 'type I @key(fields: "id") @interfaceObject { id: ID! x: Int }'),
            ]
        )
    )
    found = blocks(text)
    assert '@join__type(graph: B, key: "id", isInterfaceObject: true)' in found["I"]
    assert "{ id: ID! x: Int @join__field }" in found["T"]
    assert not validate_schema(build_schema(text))
