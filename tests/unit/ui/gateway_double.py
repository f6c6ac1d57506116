"""Stands for the gateway in the tests of the pages: the composed schema over a small world.

It checks each document against the schema, keeps what was asked, and can be told to refuse, to
lose a claim race, to be down, or that one of the services is.
"""

from typing import Any

import orjson
from graphql import GraphQLError, graphql_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.settings import SERVICES
from tests.unit.ui import graph, world
from tests.unit.ui.deliveries import DELIVERY, deliveries
from tests.unit.ui.gateway_commands import Commands, refusal
from ui.manifest import manifest

STAFF = {
    "reviews": {"CRM", "MANAGER"},
    "board": {"OPERATOR", "MANAGER"},
    "stuckOrders": {"CRM", "MANAGER"},
    "offersToMake": {"CRM", "MANAGER"},
    "makeOffer": {"CRM", "MANAGER"},
    "declineOffer": {"CRM", "MANAGER"},
    **{
        f"{service}{field}": {"MANAGER"}
        for service in SERVICES
        for field in ("Delivery", "Redrive", "Discard")
    },
}


class GatewayDouble(Commands):
    """Who asks is named by the ``partline_session`` cookie: a key of ``world.PEOPLE``."""

    def __init__(self) -> None:
        self.schema = graph.SCHEMA
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.refusals: dict[str, GraphQLError] = {}
        self.down = False
        self.dead: set[str] = set()
        """Services that do not answer."""
        self.person: dict[str, Any] | None = None
        self.quote_status = "READY"
        self.quote_review: list[str] = []
        self.quote_problem = {
            "code": "TOO_LARGE",
            "message": "The part is larger than this machine.",
        }
        self.deliveries = deliveries()
        bracket, ring = world.model("m1"), world.model("m2", "ring.stl")
        self.models = {
            "m1": bracket,
            "m2": ring,
            "guess": world.model(
                "guess",
                "gear.obj",
                report=world.report(
                    unitsCertain=False,
                    warnings=[
                        {
                            "code": "THIN",
                            "severity": "WARNING",
                            "message": "Some walls are thinner than 0.8 mm and may break.",
                        }
                    ],
                ),
            ),
            "open": world.model(
                "open",
                "vase.stl",
                report=world.report(
                    watertight=False,
                    repair={
                        "openEdges": 12,
                        "volumeMm3": 14_250.0,
                        "volumeChange": 0.003,
                        "triangles": 1_290,
                        "message": "12 open edges would be closed by filling small holes.",
                    },
                ),
            ),
            "fresh": world.model(
                "fresh", "new.stl", status="PROCESSING", report=None, previewUrl=None
            ),
            "bad": world.model(
                "bad",
                "notes.stl",
                status="REJECTED",
                report=None,
                previewUrl=None,
                rejection={
                    "code": "NOT_A_MESH",
                    "message": "This is text, not a model. Export the part again as STL.",
                },
            ),
        }
        self.basket: dict[str, Any] | None = world.order(
            "b001", "PRICED", [world.line("l1", bracket), world.line("l2", ring)]
        )
        placed = world.order("o001", "IN_PRODUCTION", [world.line("l1", bracket)])
        self.orders = {
            "o001": placed,
            "o002": world.order("o002", "PRICING", [world.line("l1", ring, priced=False)]),
            "o003": world.order("o003", "DELIVERED", [world.line("l1", ring)]),
            "o004": world.order("o004", "CANCELLED", [world.line("l1", ring)]),
            "o005": world.asked_order("o005", bracket, ring),
        }
        review = {
            "id": "r1",
            "order": placed,
            "state": "PENDING",
            "automatic": False,
            "reasons": ["The total is above € 50.00", "The part has thin walls"],
            "customer": world.CUSTOMER,
            "total": world.money(world.TOTAL),
            "decidedBy": None,
            "decidedAt": None,
            "decision": None,
            "createdAt": world.at(20),
        }
        self.reviews = {"r1": review}
        self.work = {
            "w001": world.work("w001", "AVAILABLE", "CLAIM"),
            "w002": world.work(
                "w002",
                "CLAIMED",
                "START",
                "RELEASE",
                mine=True,
                claimedBy="Otis Orr",
            ),
            "w003": world.work(
                "w003",
                "IN_PRODUCTION",
                "FINISH",
                "REPORT_PROBLEM",
                mine=True,
                claimedBy="Otis Orr",
            ),
            "w004": world.work("w004", "MANUFACTURED", "SHIP", mine=True, claimedBy="Otis Orr"),
        }
        self.keys = [
            {
                "id": "k1",
                "name": "Order system",
                "prefix": "plk_demo",
                "createdAt": world.at(9_000),
                "lastUsedAt": world.at(4),
                "revokedAt": None,
            }
        ]

        self.webhooks = [
            world.webhook("h1"),
            world.webhook("h2", disabledAt=world.at(3), disabledReason="24 attempts failed."),
        ]

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/graphql", self.answer, methods=["POST"])])

    def asked(self, name: str) -> dict[str, Any]:
        """The variables of the newest request whose document names the field."""
        return next(v for query, v, _ in reversed(self.requests) if name in query)

    async def answer(self, request: Request) -> Response:
        if self.down:
            return Response("upstream is not there", 502)
        body = orjson.loads(await request.body())
        query = manifest()[body["documentId"]]
        self.requests.append((query, body["variables"], dict(request.headers)))
        self.person = world.PEOPLE.get(request.cookies.get("partline_session", ""))
        result = graphql_sync(
            self.schema,
            query,
            root_value=self,
            variable_values=body["variables"],
            field_resolver=self.resolve,
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return JSONResponse(answer)

    def resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        name = info.field_name
        if graph.owners(info.parent_type.name, name) <= self.dead:
            raise refusal("SUBREQUEST_FAILED", "The service did not answer.")
        if source is not self:
            value = source[name]
            return value(**arguments) if callable(value) else value
        if name in self.refusals:
            raise self.refusals[name]
        if name in STAFF and not (self.person and STAFF[name] & set(self.person["roles"])):
            raise refusal("FORBIDDEN", "This is for staff.")
        for service in SERVICES:
            if name.startswith(service) and name.removeprefix(service) in DELIVERY:
                return DELIVERY[name.removeprefix(service)](self.deliveries[service], **arguments)
        return getattr(self, f"get_{name}")(**arguments)

    # Queries
    def get_me(self) -> Any:
        return self.person

    def get_apiKeys(self) -> Any:  # noqa: N802
        return self.keys

    def get_webhooks(self) -> Any:
        return self.webhooks

    def get_basket(self) -> Any:
        return self.basket

    def get_materials(self) -> Any:
        return world.MATERIALS

    def get_leadTimes(self) -> Any:  # noqa: N802
        return world.LEAD_TIMES

    def get_products(self) -> Any:
        names = ("Angle bracket", "Spur gear", "Signet ring", "Cable clip")
        return [self._product(name) for name in names]

    def get_product(self, slug: str) -> Any:
        return self._product("Angle bracket") if slug == "angle-bracket" else None

    def _product(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "slug": name.lower().replace(" ", "-"),
            "name": name,
            "description": "Holds a 20 mm profile at a right angle. Two M6 holes.",
            "model": self.models["m1"],
            "defaultMaterial": world.MATERIALS[1],
            "defaultFinish": world.BLASTED,
        }

    def get_model(self, id: str) -> Any:  # noqa: A002
        return self.models.get(id)

    def get_myModels(self, first: int, after: str | None = None) -> Any:  # noqa: N802
        return world.connection(list(self.models.values()))

    def get_order(self, id: str) -> Any:  # noqa: A002
        return self.orders.get(id)

    def get_myOrders(self, first: int, states: Any = None, after: Any = None) -> Any:  # noqa: N802
        return world.connection(
            [o for o in self.orders.values() if not states or o["state"] in states], "next"
        )

    def get_orders(
        self, first: int, states: Any = None, search: Any = None, after: Any = None
    ) -> Any:
        return self.get_myOrders(first, states)

    def get_reviews(self, first: int, state: Any = None, search: Any = None, **_: Any) -> Any:
        found = [r for r in self.reviews.values() if state in (None, r["state"])]
        return world.connection([] if search == "nothing" else found)

    def get_review(self, id: str) -> Any:  # noqa: A002
        return self.reviews.get(id)

    def get_offersToMake(self, first: int, after: str | None = None) -> Any:  # noqa: N802
        offers = [one["offer"] for one in self.orders.values() if one["offer"]]
        return world.connection([one for one in offers if one["state"] == "WAITING"])

    def get_customers(self, **_: Any) -> Any:
        return world.connection([world.CUSTOMER])

    def get_customer(self, id: str) -> Any:  # noqa: A002
        return world.CUSTOMER if id == world.CUSTOMER["id"] else None

    def get_stuckOrders(self, first: int) -> Any:  # noqa: N802
        return [
            {
                "order": self.orders["o001"],
                "since": world.at(300),
                "lastEvent": "OrderConfirmed",
                "why": "Confirmed, but no operator has claimed it for five hours.",
                "whatToDo": "Ask an operator, or raise its pay.",
            }
        ]

    def get_board(self, first: int, states: Any = None, mine: Any = None, **_: Any) -> Any:
        return world.connection(
            [
                w
                for w in self.work.values()
                if (not states or w["state"] in states) and (not mine or w["mine"])
            ],
            "next",
        )

    def get_workOrder(self, id: str) -> Any:  # noqa: A002, N802
        return self.work.get(id)

    def get_earnings(self, day: str | None = None) -> Any:
        return {
            "day": day or "2026-01-01",
            "total": world.money(4_280),
            "count": 2,
            "entries": [
                {
                    "at": world.at(60),
                    "reference": "P-W003",
                    "step": "FINISH",
                    "amount": world.money(2_140),
                }
            ],
        }

    def get_boardCounts(self) -> Any:  # noqa: N802
        return [{"state": "AVAILABLE", "count": 1}, {"state": "CLAIMED", "count": 1}]

    def get_notifications(self, first: int, state: Any = None) -> Any:
        return [world.notification("n1", "SENT"), world.notification("n3", "FAILED")]

    def get_mailbox(self, first: int) -> Any:
        return [
            {
                "id": "x",
                "to": "sam@partline.example",
                "subject": "Your order is confirmed",
                "at": world.at(30),
                "text": "Hello Sam,\n\nyour order is being made.",
            }
        ]

    def get_myNotifications(self, first: int) -> Any:  # noqa: N802
        return [world.notification("n1", "SENT")]
