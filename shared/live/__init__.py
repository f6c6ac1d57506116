"""Live hints between all processes: "this changed, look again"."""

from shared.live.hints import CHANNEL, LiveHints, changed
from shared.live.hub import Follower, LiveHub

__all__ = ["CHANNEL", "Follower", "LiveHints", "LiveHub", "changed"]
