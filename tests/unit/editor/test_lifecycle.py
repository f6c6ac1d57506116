"""The life of a model."""

import itertools

import pytest

from shared.errors import Conflict
from subgraphs.editor.models.lifecycle import TRANSITIONS, ModelEvent, ModelStatus, after


def test_an_upload_becomes_a_model_that_can_be_used() -> None:
    status = after(ModelStatus.AWAITING_UPLOAD, ModelEvent.UPLOADED)
    assert after(status, ModelEvent.ACCEPTED) is ModelStatus.READY


def test_nothing_happens_to_an_expired_model() -> None:
    assert not [event for status, event in TRANSITIONS if status is ModelStatus.EXPIRED]


def test_a_model_that_was_refused_never_becomes_ready() -> None:
    reached = {ModelStatus.REJECTED}
    for _ in ModelStatus:
        reached |= {to for (status, _), to in TRANSITIONS.items() if status in reached}
    assert ModelStatus.READY not in reached


def test_every_step_that_is_not_in_the_table_is_refused() -> None:
    for step in itertools.product(ModelStatus, ModelEvent):
        if step not in TRANSITIONS:
            with pytest.raises(Conflict):
                after(*step)
