"""Which bus a process uses, and what it says to an address that it cannot use."""

from pathlib import Path

import pytest

from partline.wiring.errors import WrongSettingError
from partline.wiring.resources import bus_of
from partline.wiring.settings import load_settings
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.redis_streams import RedisStreams
from shared.settings import Settings


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("redis://127.0.0.1:6379/0", RedisStreams),
        ("rediss://user:password@redis.example/0", RedisStreams),
        ("amqp://user:password@rabbit.example/", RabbitMQ),
        ("amqps://user:password@rabbit.example/vhost", RabbitMQ),
        ("AMQP://user:password@rabbit.example/", RabbitMQ),
    ],
)
async def test_the_address_chooses_the_transport(url: str, transport: type) -> None:
    bus = bus_of(Settings(bus_url=url))
    assert type(bus) is transport
    await bus.close()


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("PARTLINE_BUS_URL", "kafka://user:s3cret@127.0.0.1/"),
        ("PARTLINE_BUS_URL", "s3cret@127.0.0.1:6379"),
        ("PARTLINE_REDIS_URL", "amqp://user:s3cret@127.0.0.1/"),
        ("PARTLINE_QUEUE_URL", "amqp://user:s3cret@127.0.0.1/"),
    ],
)
def test_an_address_of_another_kind_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, url: str
) -> None:
    monkeypatch.setenv("PARTLINE_HOME", str(tmp_path))
    monkeypatch.setenv(variable, url)
    with pytest.raises(WrongSettingError) as raised:
        load_settings()
    assert f"{variable}: " in str(raised.value)
    assert "begins with one of redis://" in str(raised.value)
    assert "s3cret" not in str(raised.value)
