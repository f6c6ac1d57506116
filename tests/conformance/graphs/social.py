"""A social network: nodes and actors through interfaces of interfaces, renamed root types."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.world import JsonObject, Ref

ANN, BOB, CLUB = Ref("User"), Ref("User", 1), Ref("Group")
POST, PHOTO, POLL = Ref("Post"), Ref("Photo"), Ref("Poll")

_LINK = (
    'schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", '
    '"@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", '
    '{name: "@tag", as: "@label"}])'
)
_SUBGRAPHS = {
    "users": _LINK
    + """ { query: RootQuery mutation: RootMutation }
        type RootQuery { viewer: User actor(handle: String!): Actor }
        type RootMutation { follow(handle: String!): FollowPayload! }
        type FollowPayload { actor: Actor viewer: User! query: RootQuery! }
        interface Node { id: ID! }
        interface Actor implements Node { id: ID! handle: String! @label(name: "public") }
        type User implements Node & Actor @key(fields: "id") @key(fields: "handle") {
          id: ID! handle: String! profile: Profile! @shareable }
        type Group implements Node & Actor @key(fields: "id") {
          id: ID! handle: String! members(first: Int): [User!]! }
        type Profile @shareable { bio: String avatar(size: Size = SMALL): Image }
        type Image { url: String! alt: String }
        enum Size { SMALL LARGE HUGE @inaccessible }""",
    "posts": """
        type Query { feed(kinds: [Kind!]): [Content!]! }
        interface Content @key(fields: "id") { id: ID! author: Actor! createdAt: Time! }
        interface Actor { id: ID! }
        type User implements Actor @key(fields: "id") { id: ID! posts(kind: Kind): [Content!]! }
        type Group implements Actor @key(fields: "id") { id: ID! pinned: Pinnable }
        type Post implements Content @key(fields: "id") {
          id: ID! author: Actor! createdAt: Time! text: String mentions: [Actor!]! }
        type Photo implements Content @key(fields: "id") {
          id: ID! author: Actor! createdAt: Time! file: File! }
        type Poll implements Content @key(fields: "id") {
          id: ID! author: Actor! createdAt: Time! options: [Option!]! }
        type File @shareable { key: String! bytes: Int }
        type Option { label: String! votes: Int! @shareable }
        union Pinnable = Post | Poll
        enum Kind { POST PHOTO POLL }
        scalar Time""",
    "likes": """
        type Mutation { like(id: ID!): Content }
        type Content @key(fields: "id") @interfaceObject {
          id: ID! likes: Int! likedBy(first: Int = 1): [User!]! createdAt: Time! @external
          heat: String @requires(fields: "createdAt") }
        type User @key(fields: "id") { id: ID! likesGiven: Int! }
        scalar Time""",
    "comments": """
        type Query { comment(id: ID!): Comment }
        type Content @key(fields: "id") @interfaceObject { id: ID! comments: [Comment!]! }
        type Comment @key(fields: "id") {
          id: ID! text: String! on: Content! by: User! @provides(fields: "handle")
          replies: [Comment!]! }
        type User @key(fields: "id") { id: ID! handle: String! @external }""",
    "media": """
        type Photo @key(fields: "id") { id: ID! file: File! @external
          thumbnail(width: Int! = 100): String @requires(fields: "file { key bytes }") }
        type File { key: String! @external bytes: Int @external }
        type User @key(fields: "id") { id: ID! profile: Profile! @shareable }
        type Profile @shareable { bio: String gallery: [Photo!] }""",
    "moderation": """
        type Query { reports: [Report!]! }
        union Target = User | Post | Comment | Photo
        type Report { target: Target reason: Reason! by: User }
        enum Reason { SPAM ABUSE OTHER }
        type User @key(fields: "handle") { handle: String! trust: Float strikes: [Reason!] }
        type Post @key(fields: "id") { id: ID! flagged: Boolean! }
        type Photo @key(fields: "id") { id: ID! flagged: Boolean! }
        type Comment @key(fields: "id") { id: ID! hidden: Boolean! }""",
}
_DATA: dict[str, list[JsonObject]] = {
    "Query": [
        {
            "viewer": ANN,
            "actor": lambda **given: {"bob": BOB, "club": CLUB}.get(given["handle"]),
            "feed": lambda kinds=None: [POST, PHOTO] if kinds else [PHOTO, POLL, POST],
            "comment": Ref("Comment", 1),
            "reports": [Ref("Report", number) for number in range(4)],
        }
    ],
    "Mutation": [
        {
            "follow": Ref("FollowPayload"),
            "like": lambda **given: POLL if given["id"] == "k" else None,
        }
    ],
    "FollowPayload": [{"actor": CLUB, "viewer": ANN, "query": Ref("Query")}],
    "User": [
        {
            "id": "u1",
            "handle": "ann",
            "profile": Ref("Profile"),
            "posts": lambda kind=None: [] if kind == "POLL" else [POST, PHOTO],
            "likesGiven": 3,
            "trust": 0.5,
            "strikes": [],
        },
        {
            "id": "u2",
            "handle": "bob",
            "profile": Ref("Profile", 1),
            "posts": [POLL],
            "likesGiven": 0,
            "trust": None,
            "strikes": ["SPAM", "ABUSE"],
        },
    ],
    "Group": [{"id": "g1", "handle": "club", "members": [ANN, BOB], "pinned": POLL}],
    "Profile": [
        {"bio": "Hi", "avatar": Ref("Image"), "gallery": [PHOTO]},
        {"bio": None, "avatar": None, "gallery": None},
    ],
    "Image": [{"url": "https://img.example/1", "alt": None}],
    "Post": [
        {
            "id": "p",
            "author": ANN,
            "createdAt": "2026-01-01",
            "text": "Hello",
            "mentions": [CLUB, BOB, ANN],
            "likes": 2,
            "likedBy": lambda first: [ANN, BOB][:first],
            "comments": [Ref("Comment"), Ref("Comment", 1)],
            "flagged": True,
        }
    ],
    "Photo": [
        {
            "id": "f",
            "author": CLUB,
            "createdAt": {"year": 2026},
            "file": Ref("File"),
            "likes": 0,
            "likedBy": [],
            "comments": [],
            "flagged": False,
        }
    ],
    "Poll": [
        {
            "id": "k",
            "author": BOB,
            "createdAt": 17,
            "options": [Ref("Option"), Ref("Option", 1)],
            "likes": 9,
            "likedBy": [BOB],
            "comments": [Ref("Comment", 2)],
        }
    ],
    "File": [{"key": "k/1", "bytes": None}],
    "Option": [{"label": "yes", "votes": 4}, {"label": "no", "votes": 5}],
    "Comment": [
        {"id": "1", "text": "a", "on": POST, "by": BOB, "replies": [Ref("Comment", 1)],
         "hidden": False},
        {"id": "2", "text": "b", "on": POST, "by": ANN, "replies": [], "hidden": True},
        {"id": "3", "text": "c", "on": POLL, "by": ANN, "replies": [], "hidden": False},
    ],
    "Report": [
        {"target": BOB, "reason": "SPAM", "by": ANN},
        {"target": POST, "reason": "OTHER", "by": None},
        {"target": Ref("Comment"), "reason": "ABUSE", "by": BOB},
        {"target": None, "reason": "OTHER", "by": BOB},
    ],
}  # fmt: skip

GRAPH = Rule(
    "a social network",
    _SUBGRAPHS,
    _DATA,
    (
        Ask("{ feed { __typename id createdAt likes author { handle __typename } } }"),
        Ask(
            "{ feed { heat ... on Post { text mentions { handle ... on Group { pinned { "
            "... on Poll { options { label votes } likes } ... on Post { flagged } } } } } "
            "... on Photo { thumbnail big: thumbnail(width: 900) file { key } } } }"
        ),
        Ask("{ feed(kinds: [POST, PHOTO]) { ... on Poll { id } ... on Photo { flagged likes } } }"),
        Ask(
            "{ viewer { profile { bio avatar { url } large: avatar(size: LARGE) { alt } gallery { "
            "thumbnail heat author { ... on Group { members { trust } } } } } likesGiven trust } }"
        ),
        Ask(
            '{ actor(handle: "club") { __typename ... on Group { pinned { __typename ... on Poll { '
            "comments { by { handle trust } hidden } } } members(first: 5) { posts { likes "
            "... on Poll { options { votes } } } } } } }"
        ),
        Ask('{ actor(handle: "bob") { ... on User { handle strikes posts { id heat } } } }'),
        Ask('{ actor(handle: "none") { id } }', {"actor": None}),
        Ask(
            "{ reports { reason by { profile { bio } } target { __typename ... on User { trust "
            "likesGiven } ... on Post { text likes comments { text } } ... on Comment { hidden on "
            "{ __typename heat } by { handle } } ... on Photo { flagged } } } }"
        ),
        Ask(
            '{ comment(id: "2") { text by { handle profile { bio } } on { id author { handle } '
            "... on Post { mentions { id } flagged } likedBy(first: 2) { handle } } } }"
        ),
        Ask(
            'mutation { follow(handle: "club") { actor { handle ... on Group { pinned { '
            "... on Poll { likes } } } } viewer { likesGiven } query { feed { likes } "
            "viewer { handle } } } }"
        ),
        Ask(
            'mutation { a: like(id: "k") { __typename likes heat ... on Poll { options { label } } '
            'author { handle } } b: like(id: "no") { id } follow(handle: "x") { viewer { trust } } '
            "}"
        ),
        Ask(
            "query ($k: [Kind!], $deep: Boolean!) { feed(kinds: $k) { id comments @include(if: "
            "$deep) { replies { by { strikes } } } } }",
            variables={"k": ["POST"], "deep": True},
        ),
        Ask(
            "fragment A on Actor { handle ... on User { posts(kind: PHOTO) { ...C } } } fragment C "
            "on Content { likes author { __typename } } { feed { author { ...A } ...C } }"
        ),
        Ask(
            '{ __type(name: "Size") { enumValues { name } } __schema { queryType { name } '
            "mutationType { name } } }",
            {
                "__type": {"enumValues": [{"name": "SMALL"}, {"name": "LARGE"}]},
                "__schema": {"queryType": {"name": "Query"}, "mutationType": {"name": "Mutation"}},
            },
        ),
    ),
)
