"""Which form of answer a client asks for."""

from enum import Enum
from functools import lru_cache

from gateway.edge.refusal import Refusal


class Media(Enum):
    """The media types of GraphQL responses."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    EVENTS = "text/event-stream"
    PARTS = "multipart/mixed; subscriptionSpec=1.0"
    DEFERRED = "multipart/mixed; deferSpec=20220824"

    @property
    def streams(self) -> bool:
        """Whether it can carry more than one response."""
        return self in (Media.EVENTS, Media.PARTS)


_WITHOUT_PARAMETERS = {
    "application/json": Media.JSON,
    "application/graphql-response+json": Media.GRAPHQL,
    "text/event-stream": Media.EVENTS,
    "*/*": Media.JSON,
    "application/*": Media.JSON,
}
_PARTS = {"subscriptionspec": Media.PARTS, "deferspec": Media.DEFERRED}
_ANY_PARTS = tuple(_PARTS.values())


@lru_cache(maxsize=256)
def accepted_media(accept: str) -> tuple[Media, ...]:
    """What the Accept header takes of what there is, best liked first.

    Without a header it is JSON. Raises `Refusal` when nothing that there is would be taken.
    """
    ranked: list[tuple[float, int, Media]] = []
    for place, item in enumerate(accept.split(",")):
        named, quality = _read(item)
        if quality > 0:
            ranked.extend((-quality, place, media) for media in named)
    if not ranked:
        if not accept.strip():
            return (Media.JSON,)
        raise Refusal(
            406,
            "NOT_ACCEPTABLE",
            "Accept application/graphql-response+json or application/json; for subscriptions "
            "text/event-stream or multipart/mixed;subscriptionSpec=1.0.",
        )
    return tuple(dict.fromkeys(media for _, _, media in sorted(ranked, key=lambda one: one[:2])))


def single_media(accepted: tuple[Media, ...]) -> Media:
    """The form of an answer that is one response: streams only for who takes nothing else."""
    singles = (media for media in accepted if media in (Media.JSON, Media.GRAPHQL))
    return next(singles, Media.JSON if Media.DEFERRED in accepted else accepted[0])


def stream_media(accepted: tuple[Media, ...]) -> Media | None:
    """The form of an answer that is many responses; None when the client takes no such form."""
    return next((media for media in accepted if media.streams), None)


def _read(item: str) -> tuple[tuple[Media, ...], float]:
    name, *rest = (part.strip() for part in item.split(";"))
    parameters = {
        key.strip().lower(): value.strip().strip('"').lower()
        for key, _, value in (part.partition("=") for part in rest)
    }
    media = _WITHOUT_PARAMETERS.get(name.lower())
    named: tuple[Media, ...] = (media,) if media is not None else ()
    if name.lower() == "multipart/mixed":
        # Who names no protocol takes the one that fits the operation.
        named = tuple(found for key, found in _PARTS.items() if key in parameters) or _ANY_PARTS
    try:
        return named, float(parameters.get("q", "1"))
    except ValueError:
        return named, 0.0
