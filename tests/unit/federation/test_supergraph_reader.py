"""Supergraphs that were composed elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, lexicographic_sort_schema, print_schema

from gateway.federation import (
    Engine,
    FetchRequest,
    Subgraph,
    Supergraph,
    SupergraphError,
    compose,
    read_supergraph,
)
from tests.unit.federation.rereading import assert_reads_back, description
from tests.unit.federation.supergraphs import parts

FOLDER = Path(__file__).parent / "supergraphs"
WRITTEN = {
    "apollo-federation-1": parts.FEDERATION_1,
    "apollo-2.0-fed1": parts.FEDERATION_1,
    "guild-fed1": parts.FEDERATION_1,
    "apollo-2.0": parts.FEDERATION_2_0,
    "apollo-2.4": parts.FEDERATION_2_3,
    "apollo-2.7": parts.FEDERATION_2_7,
    "apollo-2.14": parts.FEDERATION_2_9,
    "guild": parts.FEDERATION_2_9,
}
QUERIES = (
    '{ part(id: "1") { name sku { code series } size { width } unit } }',
    '{ part(id: "1") { shipping amount maker { name } } }',
    '{ parts { maker { name country site { height } } amount shipping } maker(id: "2") { name } }',
    '{ find(text: "a") { ... on Part { name amount } ... on Drawing { pages } } }',
    'mutation { reserve(sku: "a", amount: 2) { name amount shipping } }',
)
MEDIA = "{ media { title likes ... on Photo { pixels } ... on Film { minutes } } }"


def read_file(name: str) -> Supergraph:
    return read_supergraph((FOLDER / f"{name}.graphql").read_text())


async def never(_: str, __: FetchRequest) -> bytes:
    raise AssertionError("nothing is fetched")


def engine(supergraph: Supergraph) -> Engine:
    return Engine(supergraph, never)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_supergraph_of_another_tool_plans_as_the_one_composed_here(name: str) -> None:
    theirs, ours = engine(read_file(name)), engine(compose(WRITTEN[name]))
    has_media = "Media" in ours.supergraph.definitions.types
    queries = (*QUERIES, MEDIA) if has_media and name != "apollo-2.0" else QUERIES[:5]
    if name == "apollo-2.0":  # join v0.2 does not tell members of unions apart
        queries = (*QUERIES[:3], QUERIES[4])
    for query in queries:
        assert str(theirs.plan(query)) == str(ours.plan(query)), query


@pytest.mark.parametrize("name", WRITTEN)
def test_clients_see_the_schema_that_composing_here_would_show(name: str) -> None:
    theirs, ours = read_file(name), compose(WRITTEN[name])
    assert print_schema(lexicographic_sort_schema(theirs.api_schema)) == print_schema(
        lexicographic_sort_schema(ours.api_schema)
    )


@pytest.mark.parametrize("name", WRITTEN)
def test_the_addresses_of_the_subgraphs_are_read(name: str) -> None:
    found = read_file(name).subgraphs
    assert {one.name: one.url for one in found.values()} == {
        part.name: part.url for part in WRITTEN[name]
    }


@pytest.mark.parametrize("name", ["apollo-2.7", "apollo-2.14", "guild"])
def test_newer_supergraphs_tell_all_that_composition_knows(name: str) -> None:
    assert description(read_file(name)) == description(compose(WRITTEN[name]))


@pytest.mark.parametrize("name", ["apollo-2.14-contexts", "guild-contexts"])
def test_contexts_are_read_with_the_arguments_that_they_fill(name: str) -> None:
    ours = compose(parts.FEDERATION_2_8)
    assert_reads_back(ours)
    theirs = read_file(name)
    assert description(theirs) == description(ours)
    assert print_schema(lexicographic_sort_schema(theirs.api_schema)) == print_schema(
        lexicographic_sort_schema(ours.api_schema)
    )


JOIN = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
enum link__Purpose { SECURITY EXECUTION }
scalar link__Import
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "") }
"""  # noqa: E501
SCHEMA = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
{ query: Query }
"""


def read(body: str, schema: str = SCHEMA) -> Supergraph:
    return read_supergraph(schema + JOIN + body)


def test_without_join_field_every_subgraph_that_has_the_type_resolves_the_field() -> None:
    found = read(
        "type Query @join__type(graph: A) @join__type(graph: B) { x: Int "
        "y: Int @join__field(graph: B) z: Int @join__field }"
    ).subgraphs
    assert set(found["a"].types["Query"].fields) == {"x"}
    assert set(found["b"].types["Query"].fields) == {"x", "y"}


def test_a_field_that_is_external_everywhere_is_resolved_only_where_it_is_provided() -> None:
    read_one = read(
        'type Query @join__type(graph: A) { t: T u: T @join__field(graph: A, provides: "x") } '
        "type T @join__type(graph: A) { x: Int @join__field(graph: A, external: true) y: Int }"
    )
    assert read_one.subgraphs["a"].types["T"].fields["x"].external
    assert len(engine(read_one).plan("{ u { x } }").fetches) == 1


@pytest.mark.parametrize("extends", [True, False])
def test_a_key_marked_external_is_resolved_where_the_entity_is_extended(extends: bool) -> None:
    extension = ", extension: true" if extends else ""
    found = read(
        "type Query @join__type(graph: A) { t: T } "
        f'type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id"{extension}) '
        "{ id: ID! @join__field(graph: A) @join__field(graph: B, external: true) "
        "b: Int @join__field(graph: B) }"
    ).subgraphs
    assert found["b"].types["T"].fields["id"].external is not extends


def test_what_an_interface_object_requires_is_not_its_own_to_resolve() -> None:
    """Some tools leave `external: true` out there."""
    found = read(
        "type Query @join__type(graph: A) @join__type(graph: B) "
        "{ i: I @join__field(graph: B) } "
        'interface I @join__type(graph: A, key: "id") '
        '@join__type(graph: B, key: "id", isInterfaceObject: true) { id: ID! t: String '
        'r: Int @join__field(graph: B, requires: "t id") } '
        'type T implements I @join__type(graph: A, key: "id") '
        '@join__implements(graph: A, interface: "I") { id: ID! t: String r: Int @join__field }'
    )
    fields = found.subgraphs["b"].types["I"].fields
    assert (fields["t"].external, fields["id"].external) == (True, False)
    assert "a" in {fetch.subgraph for fetch in engine(found).plan("{ i { t } }").fetches}


def test_types_and_labels_of_fields_are_those_of_the_subgraph() -> None:
    found = read(
        "type Query @join__type(graph: A) { t: T } "
        'type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", '
        "resolvable: false) { id: ID! "
        'x: Int @join__field(graph: A, type: "Int!") @join__field(graph: B) '
        'y: Int @join__field(graph: A, override: "b", overrideLabel: "l") @join__field(graph: B) '
        'z: Int @join__field(graph: A, override: "b") '
        "@join__field(graph: B, usedOverridden: true) }"
    ).subgraphs
    a, b = found["a"].types["T"], found["b"].types["T"]
    assert str(a.fields["x"].type) == "Int!"
    assert not b.keys[0].resolvable
    assert (b.fields["y"].overridden, b.fields["y"].override_label) == (True, "l")
    assert (b.fields["z"].overridden, b.fields["z"].override_label) == (True, None)
    assert not a.fields["y"].overridden


def test_members_of_unions_enums_and_inputs_are_those_of_the_subgraph() -> None:
    found = read(
        "type Query @join__type(graph: A) { u(i: I): U } "
        'union U @join__type(graph: A) @join__type(graph: B) @join__unionMember(graph: A, member: "T") '  # noqa: E501
        '@join__unionMember(graph: B, member: "S") = T | S '
        "type T @join__type(graph: A) { x: Int } "
        "type S @join__type(graph: A) @join__type(graph: B) { x: Int } "
        "enum E @join__type(graph: A) @join__type(graph: B) { V W @join__enumValue(graph: A) } "
        "input I @join__type(graph: A) @join__type(graph: B) "
        "{ p: Int q: E @join__field(graph: A) }"
    ).subgraphs
    assert found["a"].types["U"].members == {"T"}
    assert found["b"].types["U"].members == {"S"}
    assert {name: set(one) for name, one in found["a"].others.items()} == {
        "E": {"V", "W"},
        "I": {"p", "q"},
    }
    assert {name: set(one) for name, one in found["b"].others.items()} == {"E": {"V"}, "I": {"p"}}


def test_hidden_parts_and_those_of_specifications_are_not_shown_to_clients() -> None:
    found = read(
        "type Query @join__type(graph: A) { t(a: Int @inaccessible, b: E): T s: S @inaccessible } "
        "type T @join__type(graph: A) { x: Int y: Int @inaccessible } "
        "type S @join__type(graph: A) @inaccessible { x: Int } "
        "enum E @join__type(graph: A) { V W @inaccessible }"
    )
    text = print_schema(found.api_schema)
    assert "link" not in text
    assert "join" not in text
    assert "S" not in found.api_schema.type_map
    query = found.api_schema.type_map["Query"]
    assert isinstance(query, GraphQLObjectType)
    assert list(query.fields) == ["t"]
    assert list(query.fields["t"].args) == ["b"]
    assert "y" in found.definitions.types["T"].fields


def test_specifications_may_have_other_names() -> None:
    read_one = read_supergraph(
        """
        schema
          @l(url: "https://specs.apollo.dev/link/v1.0", as: "l")
          @l(url: "https://specs.apollo.dev/join/v0.3", as: "j", for: EXECUTION,
             import: [{ name: "@type", as: "@in" }, { name: "Graph", as: "Subgraphs" }])
          @l(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden", for: SECURITY)
        { query: Root mutation: Change }
        directive @l(url: String, as: String, import: [l__Import], for: l__Purpose) on SCHEMA
        directive @in(graph: Subgraphs!) on OBJECT
        scalar l__Import
        enum l__Purpose { SECURITY EXECUTION }
        enum Subgraphs { A @j__graph(name: "a", url: "") B @j__graph(name: "b", url: "") }
        type Root @in(graph: A) { x: Int y: Int @hidden root: Root }
        type Change @in(graph: B) { do: Root x: Int @j__field(graph: B) }
        """
    )
    assert set(read_one.subgraphs["b"].types["Mutation"].fields) == {"do", "x"}
    shown = read_one.api_schema.type_map["Query"]
    assert isinstance(shown, GraphQLObjectType)
    assert list(shown.fields) == ["x", "root"]
    assert set(read_one.api_schema.type_map) & {"Subgraphs", "l__Import", "Root"} == set()


def test_in_join_v0_1_an_entity_is_resolved_by_its_owner_and_values_by_who_leads_to_them() -> None:
    found = read_file("apollo-federation-1").subgraphs
    assert set(found["catalog"].types["Part"].fields) >= {"name", "weight"}
    assert set(found["stock"].types["Part"].fields) == {"sku", "amount"}
    assert set(found["stock"].types["Sku"].fields) == {"code", "series"}
    assert "Size" not in found["stock"].types
    assert found["catalog"].types["Maker"].fields["name"].external
    assert found["catalog"].types["Drawing"].interfaces == {"Named"}


def test_in_join_v0_2_a_union_has_the_members_that_its_subgraph_has() -> None:
    found = read_file("apollo-2.0").subgraphs
    assert found["makers"].types["Found"].members == {"Part", "Maker"}
    assert found["catalog"].types["Found"].members == {"Part", "Maker", "Drawing"}


def test_a_document_without_links_is_read_by_the_usual_names() -> None:
    found = read("type Query { x: Int @join__field(graph: A) }", "schema { query: Query }")
    assert set(found.subgraphs["a"].types["Query"].fields) == {"x"}
    assert set(found.subgraphs["b"].types["Query"].fields) == set()


def link(url: str, purpose: str) -> str:
    more = f'@link(url: "{url}", for: {purpose})' if purpose else f'@link(url: "{url}")'
    return SCHEMA.replace("{ query", f"{more} {{ query")


@pytest.mark.parametrize(
    ("sdl", "code", "told"),
    [
        ("type Query {", "INVALID_GRAPHQL", "does not parse (line 1)"),
        ("type Query { x: Int }", "NOT_A_SUPERGRAPH", 'no enum "join__Graph"'),
        (
            'schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query } '
            "type Query { x: Int }",
            "NOT_A_SUPERGRAPH",
            "does not link the join specification",
        ),
        (
            SCHEMA.replace("join/v0.5", "join/v0.9") + JOIN + "type Query { x: Int }",
            "UNSUPPORTED_LINKED_FEATURE",
            "v0.1 to v0.5",
        ),
        (
            link("https://specs.apollo.dev/lock/v0.1", "SECURITY")
            + JOIN
            + "type Query @join__type(graph: A) { x: Int }",
            "UNSUPPORTED_LINKED_FEATURE",
            "lock/v0.1 for security",
        ),
        (
            SCHEMA + JOIN + "type Query @join__type(graph: C) { x: Int }",
            "INVALID_JOIN",
            'names the subgraph "C"',
        ),
        (
            SCHEMA + JOIN + 'type Query @join__type(graph: A, key: "n") { x: Int }',
            "INVALID_JOIN",
            '"n" is not a field of "Query"',
        ),
        (
            SCHEMA
            + JOIN
            + 'type Query @join__type(graph: A) { x: Int @join__field(graph: A, type: "[") }',
            "INVALID_JOIN",
            '"[" is not a type',
        ),
        (
            SCHEMA + JOIN + "type Query @join__type(graph: A) { x: Int @join__field(graph: A, "
            'contextArguments: [{ name: "a", type: "Int", context: "a__c" }]) }',
            "INVALID_JOIN",
            "it lacks 'selection'",
        ),
        (SCHEMA + JOIN + "type T @join__type(graph: A) { x: Int }", "NO_QUERIES", "query root"),
        (
            SCHEMA + JOIN + "type Query @join__type(graph: A) { x: Nothing }",
            "INVALID_GRAPHQL",
            "Nothing",
        ),
        (
            SCHEMA + JOIN + "type Query @join__type(graph: A) { x: Int } type Query { y: Int }",
            "INVALID_GRAPHQL",
            "more than once",
        ),
        (
            SCHEMA.replace("query: Query", "query: Root")
            + JOIN
            + "type Root @join__type(graph: A) { x: Int } type Query { y: Int }",
            "INVALID_GRAPHQL",
            "another root type",
        ),
        (
            SCHEMA
            + JOIN.replace('name: "b"', 'name: "a"')
            + "type Query @join__type(graph: A) { x: Int }",
            "INVALID_SUBGRAPH_NAME",
            'the subgraph "a"',
        ),
    ],
)
def test_what_cannot_be_read_is_told(sdl: str, code: str, told: str) -> None:
    with pytest.raises(SupergraphError) as caught:
        read_supergraph(sdl)
    assert code in {problem.code for problem in caught.value.problems}
    assert told in str(caught.value)


def test_a_feature_that_only_informs_may_be_unknown() -> None:
    read(
        "directive @mine on OBJECT type Query @join__type(graph: A) @mine { x: Int }",
        link("https://example.com/mine/v1.0", ""),
    )


def test_cache_tags_are_read_past() -> None:
    found = read(
        "directive @cacheTag(format: String) on OBJECT "
        'type Query @join__type(graph: A) @cacheTag(format: "q") { x: Int }',
        link("https://specs.apollo.dev/cacheTag/v0.1", "EXECUTION"),
    )
    assert "cacheTag" not in print_schema(found.api_schema)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SupergraphError) as caught:
        read("type Query @join__type(graph: C) { x: Int @join__field(graph: D) }")
    assert len(caught.value.problems) == 2


def test_what_is_read_and_printed_again_reads_the_same() -> None:
    assert_reads_back(read_file("guild"))
    assert_reads_back(
        compose([Subgraph(one.name, one.sdl, one.url) for one in parts.FEDERATION_2_9])
    )
