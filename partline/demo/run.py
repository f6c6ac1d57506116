"""The demo from its first request to the printed journey."""

from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
from rich.console import Console

from partline.demo.arrival import arrive
from partline.demo.journey import journey_of, table_of
from partline.demo.order import Choice, choose
from partline.demo.part import Part
from partline.demo.partner import order_by_api
from partline.demo.patience import Patience
from partline.demo.people import gather
from partline.demo.shopper import order_part, until_closed
from partline.demo.staff import approve, make
from partline.demo.teller import Teller

_REQUEST_SECONDS = 15.0
_ARRIVAL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`url` is the gateway's; `seconds` is the limit for the whole."""

    url: str
    part: Part
    password: str
    api_key: str
    material: str | None = None
    quantity: int = 1
    seconds: float = 180.0


async def run(plan: Plan, console: Console) -> None:
    """Drive one shopper's order to its end and one partner's to its confirmation, and print the
    shopper's journey. Raises Ended with a sentence when that does not happen in time."""
    nobody = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))  # people share no cookies
    async with httpx.AsyncClient(
        base_url=plan.url, timeout=_REQUEST_SECONDS, cookies=nobody
    ) as http:
        with Teller(console) as teller:
            order = await _drive(plan, http, teller)
    console.print()
    console.print(table_of(order))
    console.print(f"\n{order['reference']} ended in [bold green]{order['state'].lower()}[/].")


async def _drive(plan: Plan, http: httpx.AsyncClient, teller: Teller) -> dict[str, Any]:
    await arrive(http, Patience(min(plan.seconds, _ARRIVAL_SECONDS), teller))
    patience = Patience(plan.seconds, teller)
    people = await gather(http, patience, password=plan.password, api_key=plan.api_key)
    teller.done("everybody", f"signed in at {plan.url}")

    async def chosen() -> Choice:
        return await choose(people.shopper, plan.material, plan.quantity)

    choice = await patience.until("the materials", chosen)
    order_id = await order_part(people.shopper, patience, teller, plan.part, choice)
    await approve(people.crm, patience, teller, order_id)
    await make(people.operator, patience, teller, order_id)
    await until_closed(people.shopper, patience, teller, order_id)
    await order_by_api(people, patience, teller, plan.part, choice)
    return await journey_of(people.crm, patience, order_id, "OrderClosed")
