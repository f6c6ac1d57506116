import pytest

from gateway.edge.graphql.request import GraphQLRequest, parse_request, require_json
from gateway.edge.refusal import Refusal


def refusal(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_request(body)
    return caught.value


def test_an_operation_is_read_with_its_name_and_variables() -> None:
    body = b'{"query": "query A { a }", "operationName": "A", "variables": {"x": 1}}'
    assert parse_request(body) == GraphQLRequest("query A { a }", "A", {"x": 1})


def test_name_and_variables_may_be_missing_or_null() -> None:
    body = b'{"query": "{ a }", "operationName": null, "variables": null}'
    assert parse_request(body) == GraphQLRequest("{ a }")


def test_a_batch_is_refused() -> None:
    assert refusal(b'[{"query": "{ a }"}]').code == "BATCHING_NOT_SUPPORTED"


@pytest.mark.parametrize("body", [b"", b"{", b"query { a }", b"\xff"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert (refusal(body).status, refusal(body).code) == (400, "BAD_JSON")


@pytest.mark.parametrize(
    "body",
    [
        b"1",
        b"null",
        b"{}",
        b'{"query": 1}',
        b'{"query": "{ a }", "variables": []}',
        b'{"query": "{ a }", "variables": "x"}',
        b'{"query": "{ a }", "operationName": 1}',
    ],
)
def test_json_that_is_no_operation_is_refused(body: bytes) -> None:
    assert refusal(body).code == "BAD_REQUEST"


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken(content_type: str) -> None:
    require_json(content_type)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_what_a_form_of_another_site_could_send_is_refused(content_type: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_json(content_type)
    assert caught.value.status == 415


def test_an_upload_is_told_where_files_go() -> None:
    with pytest.raises(Refusal, match="service that takes them"):
        require_json("multipart/form-data; boundary=x")
    with pytest.raises(Refusal, match="back door"):
        require_json("multipart/form-data; boundary=x", "Use the back door.")
