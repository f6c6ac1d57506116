"""What the shop knows of models, from the editor's events."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.shop.base import Base


class ModelRow(Base):
    """A model that the editor finished checking; one that is still in work has no row.

    `refusal` is the sentence for the customer when the model cannot be ordered (any more).
    """

    __tablename__ = "model"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None]
    public: Mapped[bool]
    file_name: Mapped[str]
    refusal: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
