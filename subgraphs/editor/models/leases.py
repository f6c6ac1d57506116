"""Who may write the result of looking at a model."""

from sqlalchemy import ColumnElement, and_, or_

from jobs.leased_rows import NOW, SqlLeasedRows
from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.tables import ModelRow

MOST_ATTEMPTS = 3


class ModelLeases(SqlLeasedRows[ModelRow]):
    """`jobs.leases.LeasedRows` of models, which are processed from the upload's end on."""

    row = ModelRow
    most_attempts = MOST_ATTEMPTS
    most_forgiven = 10

    @classmethod
    def unattended(cls) -> ColumnElement[bool]:
        free = or_(ModelRow.lease_until.is_(None), ModelRow.lease_until < NOW)
        return and_(cls.is_open(), free)

    @classmethod
    def under_way(cls) -> ColumnElement[bool]:
        return ModelRow.status == ModelStatus.PROCESSING

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        return ModelRow.status == ModelStatus.PROCESSING
