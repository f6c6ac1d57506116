"""Rows of the journey: what happened to every order, as all services told it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.crm.base import Base


class JourneyStepRow(Base):
    """One event. It belongs to an order or, as long as files are concerned, to a model."""

    __tablename__ = "journey_step"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID | None]
    model_id: Mapped[UUID | None]
    at: Mapped[datetime]
    service: Mapped[str]
    event: Mapped[str]
    summary: Mapped[str]
    actor: Mapped[str | None]

    __table_args__ = (
        Index("journey_of_order", "order_id", "at", postgresql_where=text("order_id is not null")),
        Index("journey_of_model", "model_id", "at", postgresql_where=text("model_id is not null")),
    )


class JourneyModelRow(Base):
    """A model that is or was part of an order: its steps belong to the order's journey."""

    __tablename__ = "journey_model"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    model_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class JourneyOrderRow(Base):
    """Whose order it is and how far it came.

    An event of another service may be heard before the shop's own first one: then `owner_id` is
    still unknown. `last_event` is the newest that says where the order is.
    """

    __tablename__ = "journey_order"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None]
    partner_id: Mapped[UUID | None]
    revision: Mapped[int] = mapped_column(server_default=text("0"))
    last_event: Mapped[str]
    last_at: Mapped[datetime]
    ended: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        Index("journey_open", "last_event", "last_at", postgresql_where=text("ended is false")),
    )
