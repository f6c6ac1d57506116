"""How far a reader has come in a producer's outbox."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Everything up to row (`tx`, `seq`) of the outbox as it is in `epoch`.

    `epoch` names the database cluster and its timeline: after a restore or a failover the
    numbers may be given out again, so a cursor of another epoch says nothing.
    """

    epoch: str
    tx: int
    seq: int
