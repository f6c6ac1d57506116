"""`@context` and `@fromContext` in the model and in the printed supergraph."""

from __future__ import annotations

from graphql import print_schema

from gateway.federation import Subgraph, Supergraph, compose, print_supergraph, read_supergraph
from tests.oracles.composition.corpus import HEAD
from tests.unit.federation.rereading import assert_reads_back

SDL = """
type Query { a: A b: B }
type A @key(fields: "id") @context(name: "place") { id: ID! x: String! c: C }
type B @key(fields: "id") @context(name: "place") { id: ID! y: Inner c: C }
type Inner { z: String }
type C @key(fields: "id") {
  id: ID!
  f(n: Int, v: String @fromContext(field: "$place ... on A { x } ... on B { y { z } }")): Int
}
"""


def composed() -> Supergraph:
    return compose([Subgraph("s-1", HEAD + SDL, "http://s")])


def test_an_argument_from_a_context_tells_what_to_select_of_each_type() -> None:
    field = composed().subgraphs["s-1"].types["C"].fields["f"]
    assert field.arguments == {"n"}
    (argument,) = field.contexts
    assert (argument.name, str(argument.type), argument.context) == ("v", "String", "s-1__place")
    paths = {
        name: [selection.name for selection in selections]
        for name, selections in argument.selections.items()
    }
    assert paths == {"A": ["x"], "B": ["y"]}
    assert [one.name for one in argument.selections["B"][0].children or ()] == ["z"]


def test_types_tell_which_contexts_they_set() -> None:
    types = composed().subgraphs["s-1"].types
    assert types["A"].contexts == types["B"].contexts == {"s-1__place"}
    assert not types["C"].contexts


def test_clients_do_not_see_the_argument() -> None:
    assert "f(n: Int): Int" in print_schema(composed().api_schema)


def test_contexts_are_in_the_printed_supergraph() -> None:
    text = print_supergraph(composed())
    assert '@context(name: "s-1__place")' in text
    assert (
        'contextArguments: [{ context: "s-1__place", name: "v", type: "String", '
        'selection: " ... on A { x } ... on B { y { z } }" }]'
    ) in text
    assert '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)' in text
    assert read_supergraph(text)


def test_contexts_are_read_back_as_they_were_printed() -> None:
    assert_reads_back(composed())
