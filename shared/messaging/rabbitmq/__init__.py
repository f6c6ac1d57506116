"""The bus on RabbitMQ: an exchange for each producer, a quorum queue for each consumer."""

from shared.messaging.rabbitmq.transport import RabbitMQ

__all__ = ["RabbitMQ"]
