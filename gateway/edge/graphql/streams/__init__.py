"""Responses that come one after the other: to the client as Server-Sent Events or in parts."""

from gateway.edge.graphql.streams.response import StreamedResponse, StreamSettings

__all__ = ["StreamSettings", "StreamedResponse"]
