"""Who may see what: `@authenticated`, `@requiresScopes` and `@policy` for each request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.federation import (
    Access,
    Engine,
    FetchRequest,
    OperationError,
    Subgraph,
    compose,
    print_supergraph,
    read_supergraph,
)
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref

STRANGER = Access()
KNOWN = Access(authenticated=True)
CODE = "UNAUTHORIZED_FIELD_OR_TYPE"


def scopes(*names: str) -> Access:
    return Access(True, scopes=frozenset(names))


def policies(*names: str) -> Access:
    return Access(policies=frozenset(names))


class Guarded(Federated):
    """Federated subgraphs, asked by callers of different access."""

    async def ask(
        self, query: str, access: Access = STRANGER, variables: Any = None
    ) -> tuple[Any, list[str]]:
        """The data, and the paths that the caller may not see."""
        for server in self.servers.values():
            server.requests.clear()
        answer: Any = await self.engine.execute(query, variables, access=access)
        errors = answer.get("errors", [])
        assert {error["extensions"]["code"] for error in errors} <= {CODE}, errors
        return answer["data"], [".".join(error["path"]) for error in errors]

    @property
    def asked(self) -> dict[str, list[str]]:
        """The documents that each subgraph was asked, those without any left out."""
        queries = {name: [one.query for one in s.requests] for name, s in self.servers.items()}
        return {name: one for name, one in queries.items() if one}


LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@external", "@requires", "@shareable", "@interfaceObject", "@authenticated", '
    '"@requiresScopes", "@policy"])\n'
)


def guarded(world: dict[str, Any], **bodies: str) -> Guarded:
    made = Guarded.of(world, {name: LINK + body for name, body in bodies.items()})
    assert isinstance(made, Guarded)
    return made


def social() -> Guarded:
    return guarded(
        {
            "Query": [{"me": Ref("User"), "post": Ref("Post"), "users": [Ref("User")] * 2}],
            "User": [{"id": "1", "username": "ada", "email": "a@b.c", "age": 30}],
            "Post": [{"id": "7", "title": "Hi", "views": 5, "author": Ref("User")}],
        },
        users="type Query { me: User @authenticated users: [User!]! } "
        'type User @key(fields: "id") { id: ID! username: String '
        'email: String @requiresScopes(scopes: [["read:email", "read:others"], ["admin"]]) }',
        posts="type Query { post: Post } "
        'type Post @key(fields: "id") '
        "{ id: ID! title: String! views: Int @authenticated author: User } "
        'type User @key(fields: "id") { id: ID! age: Int! @policy(policies: [["adult"]]) }',
    )


async def test_what_needs_signing_in_is_null_for_strangers_and_not_asked_for() -> None:
    world = social()
    data, denied = await world.ask("{ me { username } post { title views } }")
    assert data == {"me": None, "post": {"title": "Hi"} | {"views": None}}
    assert denied == ["me", "post.views"]
    assert list(world.asked) == ["posts"]
    assert "views" not in world.asked["posts"][0]


async def test_who_is_signed_in_sees_it_without_errors() -> None:
    data, denied = await social().ask("{ me { username } post { title views } }", KNOWN)
    assert data == {"me": {"username": "ada"}, "post": {"title": "Hi", "views": 5}}
    assert denied == []


async def test_the_error_says_what_is_needed() -> None:
    answer: Any = await social().engine.execute("{ me { id } users { email } }", access=STRANGER)
    assert [error["message"] for error in answer["errors"]] == [
        'You may not see "Query.me"; it needs signing in.',
        'You may not see "User.email"; it needs the scope admin, or read:email and read:others.',
    ]


@pytest.mark.parametrize(
    ("access", "seen"),
    [
        (scopes(), False),
        (scopes("read:email"), False),
        (scopes("read:email", "read:others"), True),
        (scopes("admin"), True),
        (scopes("read:email", "write"), False),
        (policies("admin"), False),
    ],
)
async def test_scopes_are_alternatives_of_scopes_that_are_all_needed(
    access: Access, seen: bool
) -> None:
    data, denied = await social().ask("{ users { email } }", access)
    assert data == {"users": [{"email": "a@b.c" if seen else None}] * 2}
    assert denied == ([] if seen else ["users.email"])


async def test_a_null_that_may_not_be_takes_its_parent_along() -> None:
    world = social()
    data, denied = await world.ask("{ post { title author { age } } }")
    assert data == {"post": {"title": "Hi", "author": None}}
    assert denied == ["post.author.age"]
    data, denied = await world.ask("{ post { author { age } } }", policies("adult"))
    assert data == {"post": {"author": {"age": 30}}}
    assert denied == []


async def test_a_type_that_needs_something_hides_the_fields_that_give_it() -> None:
    world = guarded(
        {"Query": [{"s": 1, "e": "A", "t": Ref("T"), "x": 2}], "T": [{"x": 1}]},
        a="type Query { s: S e: E t: T x: Int } scalar S @authenticated "
        'enum E @policy(policies: [["p"]]) { A } '
        'type T @requiresScopes(scopes: [["t"]]) { x: Int }',
    )
    assert await world.ask("{ s e t { x } x }") == (
        {"s": None, "e": None, "t": None, "x": 2},
        ["s", "e", "t"],
    )
    assert await world.ask("{ s }", KNOWN) == ({"s": 1}, [])
    assert await world.ask("{ e }", policies("p")) == ({"e": "A"}, [])
    assert await world.ask("{ t { x } }", scopes("t")) == ({"t": {"x": 1}}, [])


async def test_all_that_a_field_and_its_types_say_must_be_met() -> None:
    world = guarded(
        {"Query": [{"t": Ref("T")}], "T": [{"x": 1}]},
        a='type Query { t: T @policy(policies: [["p"]]) } '
        'type T @authenticated @requiresScopes(scopes: [["t"]]) { x: Int }',
    )
    enough = Access(True, frozenset({"t"}), frozenset({"p"}))
    assert await world.ask("{ t { x } }", enough) == ({"t": {"x": 1}}, [])
    for lacking in (
        Access(False, enough.scopes, enough.policies),
        Access(True, frozenset(), enough.policies),
        Access(True, enough.scopes, frozenset()),
    ):
        assert await world.ask("{ t { x } }", lacking) == ({"t": None}, ["t"])


async def test_keys_and_requirements_are_fetched_although_the_client_may_not_see_them() -> None:
    world = guarded(
        {"Query": [{"p": Ref("P")}], "P": [{"id": "1", "weight": 3, "name": "n"}]},
        a='type Query { p: P } type P @key(fields: "id") '
        "{ id: ID! @authenticated weight: Int name: String }",
        b='type P @key(fields: "id") { id: ID! @authenticated weight: Int @external '
        'freight: String @requires(fields: "weight") }',
    )
    # Composition wants what is required to be guarded where it is used as well; a supergraph
    # that an older one wrote need not be so.
    older = print_supergraph(world.supergraph).replace("weight: Int", "weight: Int @authenticated")
    world.engine = Engine(read_supergraph(older), world.fetch)
    data, denied = await world.ask("{ p { name freight } }")
    assert data == {"p": {"name": "n", "freight": '{"weight": 3}'}}
    assert denied == []
    data, denied = await world.ask("{ p { name freight weight } }")
    assert data == {"p": {"name": "n", "freight": '{"weight": 3}', "weight": None}}
    assert denied == ["p.weight"]
    data, denied = await world.ask("{ p { id name } }")
    assert (data, denied) == ({"p": None}, ["p.id"])


def posts() -> Guarded:
    return guarded(
        {
            "Query": [{"posts": [Ref("Public"), Ref("Private")], "any": [Ref("Private")]}],
            "Public": [{"id": "1", "title": "open"}],
            "Private": [{"id": "2", "title": "closed"}],
        },
        a="type Query { posts: [Post] any: [Any] } interface Post { id: ID! title: String } "
        "type Public implements Post { id: ID! title: String } "
        "type Private implements Post @authenticated { id: ID! title: String } "
        "union Any = Public | Private",
    )


async def test_an_interface_is_seen_by_who_may_see_all_that_it_may_be() -> None:
    world = posts()
    assert await world.ask("{ posts { id title } }") == ({"posts": None}, ["posts"])
    assert world.asked == {}
    data, _ = await world.ask("{ posts { id title } }", KNOWN)
    assert data == {"posts": [{"id": "1", "title": "open"}, {"id": "2", "title": "closed"}]}


async def test_of_an_interface_the_types_that_one_may_see_can_be_asked_for() -> None:
    world = posts()
    data, denied = await world.ask(
        "{ posts { __typename ... on Public { id } ... on Private { id title } } }"
    )
    assert denied == ["posts.id", "posts.title"]
    assert data == {"posts": [{"__typename": "Public", "id": "1"}, None]}
    assert "Private" not in world.asked["a"][0]


async def test_a_fragment_spread_on_the_interface_itself_counts_as_the_interface() -> None:
    world = posts()
    query = "{ posts { ...F } } fragment F on Post { ... { ...G } } fragment G on Post { title }"
    assert await world.ask(query) == ({"posts": None}, ["posts"])


def with_guarded_interface(world: Guarded) -> Guarded:
    """The same with a requirement on the interface, as composition or an old schema puts it."""
    printed = print_supergraph(world.supergraph)
    assert "interface Post" in printed
    if "interface Post @authenticated" not in printed:
        printed = printed.replace("interface Post", "interface Post @authenticated", 1)
    world.engine = Engine(read_supergraph(printed), world.fetch)
    return world


async def test_a_requirement_that_an_interface_has_from_a_type_behind_it_is_that_types() -> None:
    world = with_guarded_interface(posts())
    assert await world.ask("{ posts { id } }") == ({"posts": None}, ["posts"])
    data, denied = await world.ask("{ posts { ... on Public { id } } }")
    assert (data, denied) == ({"posts": [{"id": "1"}, {}]}, [])


async def test_a_requirement_that_no_type_behind_an_interface_has_is_the_interfaces() -> None:
    world = with_guarded_interface(
        guarded(
            {"Query": [{"posts": [Ref("Public")]}], "Public": [{"id": "1"}]},
            a="type Query { posts: [Post] p: Int @authenticated } interface Post { id: ID! } "
            "type Public implements Post { id: ID! }",
        )
    )
    for query in ("{ posts { id } }", "{ posts { ... on Public { id } } }"):
        assert await world.ask(query) == ({"posts": None}, ["posts"])
        assert await world.ask(query, KNOWN) == ({"posts": [{"id": "1"}]}, [])


async def test_a_member_of_a_union_is_left_out_by_itself() -> None:
    world = posts()
    data, denied = await world.ask("{ any { ... on Public { id } ... on Private { title } } }")
    assert data == {"any": [{"title": None}]}
    assert denied == ["any.title"]
    assert "title" not in world.asked["a"][0]


async def test_a_field_that_one_implementation_hides_is_hidden_on_the_interface() -> None:
    world = guarded(
        {
            "Query": [{"n": [Ref("A"), Ref("B")]}],
            "A": [{"x": 1, "y": 1}],
            "B": [{"x": 2, "y": 2}],
        },
        a="type Query { n: [N] } interface N { x: Int y: Int } "
        "type A implements N { x: Int y: Int } "
        "type B implements N { x: Int @authenticated y: Int }",
    )
    data, denied = await world.ask("{ n { x y } }")
    assert data == {"n": [{"x": None, "y": 1}, {"x": None, "y": 2}]}
    assert denied == ["n.x"]
    data, denied = await world.ask("{ n { ... on A { x } ... on B { x } } }")
    assert data == {"n": [{"x": 1}, {"x": None}]}
    assert denied == ["n.x"]
    data, denied = await world.ask("{ n { y ... on A { x } } }")
    assert data == {"n": [{"y": 1, "x": 1}, {"y": 2}]}
    assert denied == []


async def test_aliases_conditions_and_fragments_lead_to_the_same_rules() -> None:
    world = social()
    query = (
        "query ($with: Boolean!) { post { ...F @include(if: $with) } } "
        "fragment F on Post { seen: views title }"
    )
    assert await world.ask(query, variables={"with": True}) == (
        {"post": {"seen": None, "title": "Hi"}},
        ["post.seen"],
    )
    assert await world.ask(query, variables={"with": False}) == ({"post": {}}, [])


async def test_a_mutation_that_one_may_not_make_is_not_made_but_the_others_are() -> None:
    world = guarded(
        {"Query": [{"x": 1}], "Mutation": [{"secret": 1, "open": 2}]},
        a="type Query { x: Int } type Mutation { secret: Int @authenticated open: Int }",
    )
    assert await world.ask("mutation { a: secret b: open }") == (
        {"a": None, "b": 2},
        ["a"],
    )
    assert "secret" not in str(world.asked)
    assert await world.ask("mutation { secret }") == ({"secret": None}, ["secret"])
    assert world.asked == {}


async def test_a_subscription_that_one_may_not_follow_is_refused_as_a_whole() -> None:
    sdl = (
        f"{LINK} type Query {{ x: Int }} type Subscription {{ t: T @authenticated }} "
        'type T { x: Int y: Int @requiresScopes(scopes: [["y"]]) }'
    )
    requests: list[str] = []

    async def fetch(_: str, request: FetchRequest) -> Any:
        raise AssertionError

    async def subscribe(_: str, request: FetchRequest) -> AsyncIterator[Any]:
        requests.append(request.query)
        yield {"data": {"t": {"x": 1}}}

    engine = Engine(compose([Subgraph("a", sdl)]), fetch, subscribe=subscribe)
    query = "subscription { t { x y } }"
    with pytest.raises(OperationError) as refused:
        await anext(engine.subscribe(query))
    assert [one.code for one in refused.value.problems] == [CODE]
    events = [one.as_dict() async for one in engine.subscribe(query, access=KNOWN)]
    assert events[0]["data"] == {"t": {"x": 1, "y": None}}
    assert [error["path"] for error in events[0]["errors"]] == [["t", "y"]]
    assert "y" not in requests[0].replace("Query", "")


async def test_introspection_shows_all_to_everybody() -> None:
    data, denied = await social().ask('{ __type(name: "Post") { fields { name } } }')
    assert {"name": "views"} in data["__type"]["fields"]
    assert denied == []


async def test_plans_are_kept_by_what_was_denied_and_not_by_caller() -> None:
    engine = social().engine
    query = "{ me { username } }"
    stranger = engine.plan(query)
    assert engine.plan(query, access=policies("adult")) is stranger
    known = engine.plan(query, access=KNOWN)
    assert known is not stranger
    assert engine.plan(query, access=scopes("admin")) is known
    assert engine.plan(query) is stranger
    plain = "{ post { title } }"
    assert engine.plan(plain) is engine.plan(plain, access=KNOWN)


async def test_callers_of_different_access_never_get_each_others_answers() -> None:
    world = social()
    query = "{ me { username } users { email } }"
    for _ in range(3):
        for access in (STRANGER, KNOWN, scopes("admin")):
            data, _denied = await world.ask(query, access)
            assert (data["me"] is None) == (access is STRANGER)
            assert (data["users"][0]["email"] is None) == ("admin" not in access.scopes)


@pytest.mark.parametrize(
    ("claims", "access"),
    [
        ({}, Access(True)),
        ({"scope": "a b  c"}, scopes("a", "b", "c")),
        ({"scopes": ["a", "b"]}, scopes("a", "b")),
        ({"scope": ["a"], "scopes": "b"}, scopes("a", "b")),
        ({"scope": 5, "scopes": {"a": 1}, "policies": ["p", 7]}, Access(True, frozenset(), {"p"})),
    ],
)
def test_claims_grant_scopes_and_policies(claims: dict[str, Any], access: Access) -> None:
    assert Access.of_claims(claims) == access


async def test_what_comes_later_is_null_where_it_may_not_be_seen() -> None:
    world = social()
    query = '{ post { title ... @defer(label: "more") { views author { username } } } }'
    for access, views in ((STRANGER, None), (KNOWN, 5)):
        first, later = [one.as_dict() async for one in world.engine.deliver(query, access=access)]
        assert first["data"] == {"post": {"title": "Hi"}}
        paths = [error["path"] for error in first.get("errors", [])]
        assert paths == ([["post", "views"]] if views is None else [])
        [increment] = later["incremental"]
        assert increment["data"] == {"views": views, "author": {"username": "ada"}}
