"""One graph over seven services, and who may see what of it."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobs.models.samples import write_sample
from shared.settings import SERVICES
from tests.system import Caller, System
from tests.uploads import upload

ACROSS = """query ($id: ID!) { order(id: $id) {
  id reference state
  customer { name email }
  lines { quantity model { fileName report { boxMm } analysis { volumeMm3 } } material { name } }
  price { total { text } lines { breakdown { label amount { amount } } } }
  review { state automatic }
  work { state }
  journey { event service }
  notifications { kind }
} }"""

ADDRESS = {
    "name": "Sam Shopper",
    "street": "1 Lathe Lane",
    "city": "Milltown",
    "postalCode": "12345",
    "country": "DE",
}
SUBMIT = """mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { id state } }"""


@pytest.fixture(scope="module")
def order_id(system: System, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A partner's order that has a price and is placed."""
    part = tmp_path_factory.mktemp("part") / "bracket.stl"
    write_sample("bracket", part)
    partner = system.partner()
    model = upload(partner, part)
    line = {"modelId": model["id"], "material": "PLA", "finish": "raw", "quantity": 2}
    answer = partner.data(
        SUBMIT,
        {
            "input": {
                "idempotencyKey": model["id"],
                "lines": [line],
                "address": ADDRESS,
                "autoPlaceUpTo": 1_000_000,
            }
        },
    )
    order = str(answer["submitOrder"]["id"])
    wait_for_state(partner, order, {"PLACED", "CONFIRMED"})
    return order


def wait_for_state(caller: Caller, order: str, states: set[str]) -> None:
    deadline = time.monotonic() + 120
    state = ""
    while time.monotonic() < deadline:
        state = caller.data("query ($id: ID!) { order(id: $id) { state } }", {"id": order})[
            "order"
        ]["state"]
        if state in states:
            return
        time.sleep(0.1)
    raise AssertionError(f"the order is {state}, not one of {states}")


def test_one_query_crosses_all_the_services(system: System, order_id: str) -> None:
    order = once_work_is_there(system.signed_in("manager"), order_id)
    assert order["work"]["state"] == "AVAILABLE"
    assert order["notifications"]
    assert order["lines"][0]["model"]["fileName"] == "bracket.stl"
    assert order["lines"][0]["model"]["analysis"]["volumeMm3"] > 0
    assert order["customer"]["name"] == "Bracket & Sons"
    assert order["review"]["state"] in {"PENDING", "APPROVED"}
    assert {step["service"] for step in order["journey"]} >= {"shop", "mes"}
    amounts = [line["amount"]["amount"] for line in order["price"]["lines"][0]["breakdown"]]
    assert sum(amounts) > 0


def once_work_is_there(caller: Caller, order: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: dict[str, Any] = caller.data(ACROSS, {"id": order})["order"]
        if found["work"] is not None and found["notifications"]:
            return found
        time.sleep(0.1)
    raise AssertionError("the order got no work or no notification within a minute")


QUERIES_BY_OWNER: list[tuple[str, str, set[str]]] = [
    ("reviews", "{ reviews { nodes { id } } }", {"crm", "manager"}),
    ("customers", "{ customers { nodes { id } } }", {"crm", "manager"}),
    ("stuck orders", "{ stuckOrders { why } }", {"crm", "manager"}),
    ("board", "{ board { nodes { id } } }", {"operator", "manager"}),
    ("accounts", "{ accounts { id } }", {"crm", "manager"}),
    ("orders", "{ orders { nodes { id } } }", {"crm", "operator", "manager"}),
    ("mailbox", "{ mailbox { id } }", {"crm", "manager"}),
    *(
        (f"delivery of {name}", f"{{ {name}Delivery {{ dead }} }}", {"manager"})
        for name in SERVICES
    ),
    *(
        (f"{act} of {name}", f"mutation {{ {name}{act} {{ letters }} }}", {"manager"})
        for name in SERVICES
        for act in (
            'Redrive(group: { consumer: "nobody" })',
            'Discard(reason: "because", group: { consumer: "nobody" })',
        )
    ),
]


@pytest.mark.parametrize("caller", ["shopper", "crm", "operator", "manager", "partner", "nobody"])
def test_each_role_is_refused_what_is_not_its_own(system: System, caller: str) -> None:
    asking = Caller(system.address, {}) if caller == "nobody" else system.signed_in(caller)
    for name, query, allowed in QUERIES_BY_OWNER:
        answer = asking.ask(query)
        codes = {e["extensions"]["code"] for e in answer.get("errors", [])}
        if caller in allowed:
            assert not codes, (name, answer)
        else:
            wanted = "SIGN_IN_REQUIRED" if caller == "nobody" else "FORBIDDEN"
            assert codes == {wanted}, (name, answer)


def test_a_stranger_cannot_see_an_order(system: System, order_id: str) -> None:
    for caller in (Caller(system.address, {}), system.signed_in("shopper")):
        assert_hidden(caller.ask(ACROSS, {"id": order_id}))


def assert_hidden(answer: dict[str, Any]) -> None:
    assert not (answer.get("data") or {}).get("order"), answer


def test_identities_are_not_part_of_the_public_graph(system: System) -> None:
    answer = system.signed_in("manager").ask('{ sessionIdentity(token: "x") { subject } }')
    assert "Cannot query field" in answer["errors"][0]["message"]


@pytest.mark.parametrize("headers", [{}, {"x-partline-token": "forged.by.me"}])
def test_a_service_called_directly_refuses(separate: System, headers: dict[str, str]) -> None:
    record = json.loads((separate.home / "run.json").read_text())
    addresses = {p["name"]: p["address"] for p in record["processes"] if p["name"] in SERVICES}
    assert len(addresses) == 7
    for address in addresses.values():
        for query in ("{ __typename }", "{ _service { sdl } }"):
            answer = httpx.post(f"{address}/graphql", json={"query": query}, headers=headers)
            assert answer.status_code == 401, (address, answer.text)


def test_a_client_cannot_pass_an_identity_through_the_gateway(system: System) -> None:
    forged = Caller(
        system.address,
        {
            "x-partline-token": "forged.by.me",
            "x-partline-roles": "manager",
            "x-forwarded-user": "manager@partline.example",
        },
    )
    answer = forged.ask("{ orders { nodes { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


def test_an_unknown_api_key_is_told_so(system: System) -> None:
    answer = httpx.post(
        f"{system.address}/graphql",
        json={"query": "{ me { id } }"},
        headers={"Authorization": "Bearer plk_this_key_is_unknown"},
    )
    assert answer.status_code == 401
    assert "key" in answer.json()["errors"][0]["message"].lower()


def test_the_same_idempotency_key_gives_the_same_order(system: System, tmp_path: Path) -> None:
    part = tmp_path / "ring.stl"
    write_sample("ring", part)
    partner = system.partner()
    line = {
        "modelId": upload(partner, part)["id"],
        "material": "PLA",
        "finish": "raw",
        "quantity": 1,
    }
    request = {"idempotencyKey": f"key-{line['modelId']}", "lines": [line], "address": ADDRESS}
    first = partner.data(SUBMIT, {"input": request})["submitOrder"]["id"]
    assert partner.data(SUBMIT, {"input": request})["submitOrder"]["id"] == first
    other = partner.ask(SUBMIT, {"input": request | {"lines": [line | {"quantity": 5}]}})
    assert other["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"
