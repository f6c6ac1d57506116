"""How a step of the demo can fail."""


class OutOfReach(Exception):
    """Nobody answered, or not now: the same step may do in a moment."""


class Refused(Exception):
    """The system answered no, with a stable code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Ended(Exception):
    """The order cannot get to its end; the sentence says why and what to do."""
