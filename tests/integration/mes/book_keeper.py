"""A manager who changes the price book, and what an order costs by it."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.identity import Identity

if TYPE_CHECKING:
    from tests.integration.mes.conftest import Mes

DRAFT = "id revision basedOn copiedFrom overtaken changes { sentence section code }"
BEGIN = f"mutation($v: Int) {{ draftPriceBook(version: $v) {{ {DRAFT} }} }}"
CHANGE = f"""mutation($d: ID!, $r: Int!, $s: String!, $c: String, $v: [PriceBookValueInput!]!,
  $k: String) {{ changePriceBookDraft(draft: $d, revision: $r, section: $s, code: $c, values: $v,
  idempotencyKey: $k) {{ {DRAFT} }} }}"""
REMOVE = f"""mutation($d: ID!, $r: Int!, $s: String!, $c: String!) {{
  removeFromPriceBookDraft(draft: $d, revision: $r, section: $s, code: $c) {{ {DRAFT} }} }}"""
PUBLISH = """mutation($d: ID!, $r: Int!, $why: String!, $k: String) {
  publishPriceBookDraft(draft: $d, revision: $r, reason: $why, idempotencyKey: $k) {
    version publishedBy reason copiedFrom changes { sentence } } }"""
ORDER_PRICE = """query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { price {
  priceBook total { amount } lines { total { amount } breakdown { code explanation } } } } } }"""


class Manager:
    """A manager with a draft."""

    def __init__(self, mes: "Mes", name: str = "Mona") -> None:
        self.mes = mes
        self.who = Identity(subject=uuid4(), roles=frozenset({"manager"}), name=name)
        self.draft: dict[str, Any] = {}

    async def begin(self, version: int | None = None) -> "Manager":
        data = await self.mes.graph.data(self.who, BEGIN, v=version)
        self.draft = data["draftPriceBook"]
        return self

    def variables(self, **more: object) -> dict[str, object]:
        return {"d": self.draft["id"], "r": self.draft["revision"], **more}

    async def set(
        self, section: str, code: str | None, key: str | None = None, **texts: str
    ) -> dict[str, Any]:
        values = [{"field": name, "text": text} for name, text in texts.items()]
        variables = self.variables(s=section, c=code, v=values, k=key)
        answer = await self.mes.graph.ask(self.who, CHANGE, **variables)
        if "errors" not in answer:
            self.draft = answer["data"]["changePriceBookDraft"]
        return answer

    async def publish(self, why: str = "Filament got dearer", key: str | None = None) -> Any:
        answer = await self.mes.graph.ask(self.who, PUBLISH, **self.variables(why=why, k=key))
        if "errors" in answer:
            return answer["errors"][0]["extensions"]["code"]
        return answer["data"]["publishPriceBookDraft"]


async def price_of(mes: "Mes", order_id: object) -> dict[str, Any]:
    entity = [{"__typename": "Order", "id": str(order_id)}]
    data = await mes.graph.data(mes.owner, ORDER_PRICE, r=entity)
    found: dict[str, Any] = data["_entities"][0]["price"]
    return found
