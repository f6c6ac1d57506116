"""What each state is called, and the tone and icon that go with the word."""

from typing import NamedTuple


class Look(NamedTuple):
    """Words for people, a tone of the palette, an icon; colour is never the only sign."""

    words: str
    tone: str
    icon: str


ORDER = {
    "DRAFT": Look("Draft", "quiet", "pencil"),
    "PRICING": Look("Pricing", "busy", "gauge"),
    "PRICED": Look("Priced", "info", "tag"),
    "NEEDS_ATTENTION": Look("Needs attention", "warn", "alert"),
    "PLACED": Look("Placed", "info", "inbox"),
    "CONFIRMED": Look("Confirmed", "info", "check"),
    "REJECTED": Look("Rejected", "bad", "cross"),
    "CLAIMED": Look("With an operator", "busy", "hand"),
    "IN_PRODUCTION": Look("In production", "busy", "cog"),
    "PROBLEM": Look("Problem in production", "warn", "alert"),
    "MANUFACTURED": Look("Made", "good", "cube"),
    "SHIPPED": Look("Shipped", "good", "truck"),
    "DELIVERED": Look("Delivered", "good", "home"),
    "CLOSED": Look("Closed", "quiet", "check"),
    "EXPIRED": Look("Expired", "quiet", "clock"),
    "CANCELLED": Look("Cancelled", "quiet", "cross"),
}
MODEL = {
    "AWAITING_UPLOAD": Look("Waiting for the file", "quiet", "upload"),
    "PROCESSING": Look("Checking", "busy", "gauge"),
    "READY": Look("Ready", "good", "check"),
    "REJECTED": Look("Cannot be made", "bad", "cross"),
    "EXPIRED": Look("Expired", "quiet", "clock"),
}
REVIEW = {
    "PENDING": Look("Waiting for you", "warn", "inbox"),
    "APPROVED": Look("Approved", "good", "check"),
    "REJECTED": Look("Rejected", "bad", "cross"),
    "WITHDRAWN": Look("Withdrawn", "quiet", "clock"),
}
OFFER = {
    "WAITING": Look("Waiting for you", "warn", "inbox"),
    "MADE": Look("Made", "good", "check"),
    "DECLINED": Look("Declined", "bad", "cross"),
    "VOID": Look("Void", "quiet", "clock"),
}
WORK = {
    "AVAILABLE": Look("Available", "info", "inbox"),
    "CLAIMED": Look("Claimed", "busy", "hand"),
    "IN_PRODUCTION": Look("In production", "busy", "cog"),
    "PROBLEM": Look("Problem", "warn", "alert"),
    "MANUFACTURED": Look("Made", "good", "cube"),
    "SHIPPED": Look("Shipped", "good", "truck"),
    "DELIVERED": Look("Delivered", "good", "home"),
    "CANCELLED": Look("Cancelled", "quiet", "cross"),
}
NOTIFICATION = {
    "PENDING": Look("Waiting", "busy", "clock"),
    "SENT": Look("Sent", "good", "check"),
    "FAILED": Look("Failed", "bad", "alert"),
}
LETTER = {
    "DEAD": Look("Waits for a person", "bad", "alert"),
    "DISCARDED": Look("Discarded", "quiet", "trash"),
    "RETRYING": Look("On its way again", "busy", "reset"),
    "APPLIED": Look("Applied", "good", "check"),
}
STAGE = {
    "WAITING_FOR_MODEL": "Waiting for the model to be checked",
    "QUEUED": "In line",
    "ANALYSING": "Measuring the part",
    "DONE": "Done",
    "FAILED": "Trying again",
    "NEEDS_ATTENTION": "A person is looking at it",
}
UNITS = {"MM": "millimetres", "CM": "centimetres", "M": "metres", "INCH": "inches"}
UNIT_MM = {"MM": 1.0, "CM": 10.0, "M": 1000.0, "INCH": 25.4}
TECHNOLOGY = {
    "FDM": "Fused filament",
    "SLA": "Resin",
    "SLS": "Powder, laser sintered",
    "CASTING": "Cast metal",
    "CNC": "Milled",
}

OPEN_ORDER = (
    "PLACED",
    "CONFIRMED",
    "CLAIMED",
    "IN_PRODUCTION",
    "PROBLEM",
    "MANUFACTURED",
    "SHIPPED",
)
ROAD = ("PLACED", "CONFIRMED", "IN_PRODUCTION", "MANUFACTURED", "SHIPPED", "DELIVERED")
"""The steps that a customer follows; the states between them count as the step before."""
STEP = {
    "PLACED": 0,
    "CONFIRMED": 1,
    "CLAIMED": 1,
    "IN_PRODUCTION": 2,
    "PROBLEM": 2,
    "MANUFACTURED": 3,
    "SHIPPED": 4,
    "DELIVERED": 5,
    "CLOSED": 5,
}


def look(kind: dict[str, Look], state: str) -> Look:
    """A state that is newer than this page reads as its own name rather than failing."""
    return kind.get(state, Look(state.replace("_", " ").capitalize(), "quiet", "clock"))


GLOBALS = {
    "ORDER": ORDER,
    "MODEL": MODEL,
    "REVIEW": REVIEW,
    "OFFER": OFFER,
    "WORK": WORK,
    "NOTIFICATION": NOTIFICATION,
    "LETTER": LETTER,
    "STAGE": STAGE,
    "UNITS": UNITS,
    "TECHNOLOGY": TECHNOLOGY,
    "ROAD": ROAD,
    "STEP": STEP,
    "look": look,
}
