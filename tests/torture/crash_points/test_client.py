"""Whoever asks a process that does not answer is not held up by it for ever."""

import pytest

from tests.torture.crash_points.ground import Ground

pytestmark = pytest.mark.usefixtures("nobody_stays")


async def test_a_process_that_never_answers_is_ended_and_its_successor_answers(
    soil: Ground,
) -> None:
    client = soil.client()
    assert await client.command("alive")
    client.patience = 0.5
    with pytest.raises(TimeoutError):
        await client.command("silent")
    client.patience = 120
    assert await client.command("alive")
    assert client.deaths == 0
