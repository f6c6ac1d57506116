"""One service is away: every page that is not about its things still shows."""

import pytest
from graphql import GraphQLNonNull

from shared.settings import SERVICES
from tests.unit.ui.conftest import SignIn
from tests.unit.ui.gateway_double import GatewayDouble
from tests.unit.ui.graph import SCHEMA, owners

SUBJECTS = [
    ("visitor", "/", "shop", "Ready-made products"),
    ("visitor", "/products/angle-bracket", "shop", "Angle bracket"),
    ("shopper", "/basket", "shop", "ring.stl"),
    ("shopper", "/orders", "shop", "P-O001"),
    ("shopper", "/orders/o001", "shop", "bracket.stl"),
    ("shopper", "/account", "accounts", "Sam Shopper"),
    ("visitor", "/editor", "editor", "Upload a model"),
    ("visitor", "/editor/m1", "editor", "bracket.stl"),
    ("crm", "/crm/orders/o001", "shop", "bracket.stl"),
    ("crm", "/crm/customers", "crm", "Sam Shopper"),
    ("manager", "/crm/delivery", "none of them", "Dead letters"),
    ("manager", "/crm/delivery/shop/shop/e1", "shop", "tracking_number"),
    ("operator", "/operator", "operator", "P-W001"),
    ("operator", "/operator/work/w001", "operator", "bracket.stl"),
]


@pytest.mark.parametrize("dead", SERVICES)
@pytest.mark.parametrize(("who", "path", "subject", "words"), SUBJECTS)
async def test_a_page_keeps_its_subject_when_another_service_is_away(
    signed_in: SignIn,
    gateway: GatewayDouble,
    who: str,
    path: str,
    subject: str,
    words: str,
    dead: str,
) -> None:
    gateway.dead = {dead}
    answer = await signed_in(who).get(path)
    if dead == subject:
        assert answer.status_code in (200, 303, 503)
        return
    assert answer.status_code == 200
    assert words in answer.text


async def test_a_page_whose_subject_is_away_says_so_and_tries_again(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.dead = {"shop"}
    answer = await signed_in("shopper").get("/orders/o001")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "no such order" not in answer.text


async def test_a_line_shows_without_its_material(signed_in: SignIn, gateway: GatewayDouble) -> None:
    gateway.dead = {"mes"}
    assert "not known just now" in (await signed_in("shopper").get("/orders/o001")).text


@pytest.mark.parametrize("name", sorted(SCHEMA.query_type.fields if SCHEMA.query_type else ()))
def test_no_field_of_the_root_takes_the_others_along_when_it_fails(name: str) -> None:
    assert SCHEMA.query_type is not None
    assert not isinstance(SCHEMA.query_type.fields[name].type, GraphQLNonNull)


def test_each_field_is_known_to_come_from_somewhere() -> None:
    assert owners("Order", "id") > {"shop", "mes"}
    assert owners("Material", "name") == {"mes"}
