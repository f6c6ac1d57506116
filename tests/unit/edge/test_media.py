import pytest

from gateway.edge.graphql.media import Media, accepted_media, single_media, stream_media
from gateway.edge.refusal import Refusal

APOLLO = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0", application/json'


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", Media.JSON),
        ("*/*", Media.JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Media.JSON),
        ("application/json", Media.JSON),
        ("application/graphql-response+json", Media.GRAPHQL),
        ("application/graphql-response+json, application/json", Media.GRAPHQL),
        ("application/json;q=0.5, application/graphql-response+json", Media.GRAPHQL),
        ("application/graphql-response+json;q=0, */*", Media.JSON),
        (APOLLO, Media.JSON),
        ("multipart/mixed;deferSpec=20220824, application/json", Media.JSON),
        ("text/event-stream", Media.EVENTS),
        ("text/event-stream, */*", Media.JSON),
        ("multipart/mixed", Media.JSON),
    ],
)
def test_one_response_takes_the_form_that_the_client_likes_best(accept: str, media: Media) -> None:
    assert single_media(accepted_media(accept)) is media


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/event-stream", Media.EVENTS),
        (APOLLO, Media.PARTS),
        ("multipart/mixed", Media.PARTS),
        ("multipart/mixed;deferSpec=20220824", None),
        ("multipart/mixed;subscriptionSpec=1.0;q=0.5, text/event-stream", Media.EVENTS),
        ("application/json", None),
        ("*/*", None),
    ],
)
def test_a_stream_is_for_who_asks_for_one(accept: str, media: Media | None) -> None:
    assert stream_media(accepted_media(accept)) is media


@pytest.mark.parametrize(
    "accept", ["text/csv", "multipart/mixed;q=0", "image/png, text/plain", "application/json;q=0"]
)
def test_a_client_that_takes_nothing_that_there_is_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(Refusal, match="application/json") as caught:
        accepted_media(accept)
    assert caught.value.status == 406
