"""All tables of the notification database, for its migrations."""

from subgraphs.notification.messages import tables as messages
from subgraphs.notification.recipients import tables as recipients
from subgraphs.notification.rows import Row
from subgraphs.notification.webhooks import tables as webhooks

metadata = Row.metadata

__all__ = ["messages", "metadata", "recipients", "webhooks"]
