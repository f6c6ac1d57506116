"""What a letter says of the error that it died of."""

import pytest
from pydantic import ValidationError

from shared.messaging.events import OrderCancelled
from shared.messaging.failures import failure_of


def test_a_wrong_event_is_told_in_one_line_and_the_trace_has_the_rest() -> None:
    with pytest.raises(ValidationError) as wrong:
        OrderCancelled.model_validate({"order_id": "no id"})
    failure = failure_of(wrong.value)
    assert failure.error.startswith("ValidationError: OrderCancelled: order_id: Input should be")
    assert failure.error.endswith("; reference: Field required (and 2 more)")
    assert "reason" in failure.trace
