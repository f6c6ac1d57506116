"""A partner's order, sent at once and once only."""

import hashlib
import json
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Invalid
from shared.identity import Identity
from subgraphs.shop.models.service import file_names
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.access import require_submitter
from subgraphs.shop.orders.address import Address
from subgraphs.shop.orders.line import Line, check_lines
from subgraphs.shop.orders.pricing import request_price
from subgraphs.shop.orders.service import actor, add_line, new_order
from subgraphs.shop.orders.tables import OrderRow

KEPT_DAYS = 30
_MAX_KEY = 200


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
        if not 1 <= len(self.idempotency_key) <= _MAX_KEY:
            raise Invalid(
                f"Give each new order an idempotency key of 1 to {_MAX_KEY} characters, such as a "
                "UUID, and repeat it when you retry.",
                "IDEMPOTENCY_KEY",
            )
        if self.partner_reference is not None and len(self.partner_reference) > _MAX_KEY:
            raise Invalid(f"Keep your reference within {_MAX_KEY} characters.", "REFERENCE")
        if self.auto_place_up_to is not None and self.auto_place_up_to < 0:
            raise Invalid("autoPlaceUpTo is an amount in minor units, 0 or more.", "AMOUNT")
        check_lines(list(self.lines))

    @property
    def body_hash(self) -> str:
        """SHA-256 of everything but the key."""
        body = asdict(self) | {"idempotency_key": None}
        return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


async def submit_order(
    session: AsyncSession, identity: Identity, submission: Submission, currency: str
) -> OrderRow:
    """The partner's new order, or the one that the same key and body led to before.

    Raises Conflict `IDEMPOTENCY_KEY_REUSED` for a known key with another body, Invalid for another
    currency than `currency`, and NotFound, Invalid and Forbidden.
    """
    partner_id = require_submitter(identity)
    if submission.currency != currency:
        raise Invalid(f"Prices are in {currency}; ask for that currency.", "CURRENCY")
    order_id = await repository.unused_id(session)
    order = new_order(
        order_id,
        identity,
        partner_id,
        currency=currency,
        channel="PARTNER",
        partner_id=partner_id,
    )
    earlier = await repository.claim_submission(
        session, partner_id, submission.idempotency_key, submission.body_hash, order.id
    )
    if earlier is not None:
        if earlier.body_hash != submission.body_hash:
            raise Conflict(
                "This idempotency key was used for another order. Send a new order with a new key.",
                "IDEMPOTENCY_KEY_REUSED",
                orderId=str(earlier.order_id),
            )
        return (await repository.by_ids(session, [earlier.order_id]))[earlier.order_id]
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
    return order
