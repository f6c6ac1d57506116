"""The version gate: which of some events take effect now, as a pure rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.inbox_rows import Known


class Outcome(Enum):
    """What became of a delivery; after each of them it may be acknowledged."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    KEPT = "kept"
    """It waits for its next attempt or is a dead letter, and stays so."""
    STRANGE = "strange"
    """Its version belongs to an event with another id: it is a dead letter now."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """`reached`: the versions of the aggregates that move. `outcomes` are in the order given."""

    outcomes: Sequence[Outcome]
    apply: list[Envelope] = field(default_factory=list)
    park: list[Envelope] = field(default_factory=list)
    reached: dict[Aggregate, int] = field(default_factory=dict)


def through_gate(envelopes: Sequence[Envelope], known: Known) -> Sorted:
    """Each aggregate's events in the order of their versions, each version once, none skipped.

    Aggregates come in one order for everybody, so that the rows which handlers lock do as well.
    """
    outcomes = [Outcome.DUPLICATE] * len(envelopes)
    result = Sorted(outcomes)
    for index in sorted(range(len(envelopes)), key=lambda i: _place(envelopes[i])):
        envelope = envelopes[index]
        outcomes[index] = _outcome(envelope, known, result)
        match outcomes[index]:
            case Outcome.APPLIED:
                result.apply.append(envelope)
                result.reached[envelope.aggregate] = envelope.aggregate_version
            case Outcome.PARKED:
                result.park.append(envelope)
    return result


def _place(envelope: Envelope) -> tuple[Aggregate, int]:
    return envelope.aggregate, envelope.aggregate_version


def _outcome(envelope: Envelope, known: Known, so_far: Sorted) -> Outcome:
    version = so_far.reached.get(envelope.aggregate, known.versions[envelope.aggregate])
    if envelope.aggregate_version <= version:
        return Outcome.DUPLICATE
    if envelope.id in known.waiting:
        return Outcome.KEPT
    return Outcome.APPLIED if envelope.aggregate_version == version + 1 else Outcome.PARKED
