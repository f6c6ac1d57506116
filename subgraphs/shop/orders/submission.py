"""A partner's order, sent at once and once only."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity
from subgraphs.shop.models.service import file_names
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.access import require_submitter
from subgraphs.shop.orders.address import Address
from subgraphs.shop.orders.line import Line, check_lines
from subgraphs.shop.orders.pricing import request_price
from subgraphs.shop.orders.service import actor, add_line, new_order
from subgraphs.shop.orders.tables import OrderRow

OPERATION = "submitOrder"
_LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Submission:
    """`auto_place_up_to` in minor units of `currency`: at most that and the order places itself."""

    idempotency_key: str
    lines: tuple[Line, ...]
    address: Address
    partner_reference: str | None
    auto_place_up_to: int | None
    currency: str

    def __post_init__(self) -> None:
        reference = self.partner_reference
        if reference is not None and len(reference) > _LONGEST_REFERENCE:
            raise Invalid(
                f"Keep your reference within {_LONGEST_REFERENCE} characters.", "REFERENCE"
            )
        if self.auto_place_up_to is not None and self.auto_place_up_to < 0:
            raise Invalid("autoPlaceUpTo is an amount in minor units, 0 or more.", "AMOUNT")
        check_lines(list(self.lines))

    @property
    def body_hash(self) -> str:
        """SHA-256 of everything but the key."""
        lines = [asdict(line) for line in self.lines]
        for line in lines:
            if line["lead_time"] == "standard":
                # Keys from before there was a choice are repeated with the same hash.
                del line["lead_time"]
        return hash_of(asdict(self) | {"idempotency_key": None, "lines": lines})


async def submit_order(
    session: AsyncSession, identity: Identity, submission: Submission, currency: str
) -> OrderRow:
    """The partner's new order, or the one that the same key and body led to before.

    Raises what `claim` raises, Invalid for another currency than `currency`, and NotFound, Invalid
    and Forbidden.
    """
    partner_id = require_submitter(identity)
    if submission.currency != currency:
        raise Invalid(f"Prices are in {currency}; ask for that currency.", "CURRENCY")
    claimed = await claim(
        session, partner_id, OPERATION, submission.idempotency_key, submission.body_hash
    )
    if claimed.answer is not None:
        earlier = UUID(claimed.answer["orderId"])
        return (await repository.by_ids(session, [earlier]))[earlier]
    order_id = await repository.unused_id(session)
    order = new_order(
        order_id,
        identity,
        partner_id,
        currency=currency,
        channel="PARTNER",
        partner_id=partner_id,
    )
    models = {line.model_id for line in submission.lines}
    names = await file_names(session, models, identity.owners)
    order.partner_reference = submission.partner_reference
    order.auto_place_up_to = submission.auto_place_up_to
    order.address = submission.address.as_record()
    session.add(order)
    await session.flush()
    for line in submission.lines:
        add_line(order, line, names[line.model_id], identity)
    await request_price(session, order, came_from=None, actor=actor(identity))
    await claimed.keep({"orderId": str(order.id)})
    return order
