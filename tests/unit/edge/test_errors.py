from gateway.edge.graphql.errors import ErrorMask

MASK = ErrorMask()


def test_an_error_with_a_code_was_meant_to_be_read() -> None:
    error = {
        "message": "Sign in first.",
        "path": ["me"],
        "extensions": {"code": "SIGN_IN_REQUIRED", "role": "customer"},
    }
    assert MASK.public([error], "the-reference") == [error]


def test_an_error_without_a_code_shows_a_reference_and_nothing_else() -> None:
    error = {"message": "KeyError at /srv/app.py", "path": ["a", 0], "extensions": {"trace": "x"}}
    (public,) = MASK.public([error], "the-reference")
    assert "KeyError" not in str(public)
    assert "trace" not in str(public)
    assert public["path"] == ["a", 0]
    assert public["extensions"] == {"code": "INTERNAL", "reference": "the-reference"}


def test_fields_that_are_not_graphqls_do_not_pass() -> None:
    (public,) = MASK.public(
        [{"message": "m", "extensions": {"code": "X"}, "stack": "secret"}], "the-reference"
    )
    assert "secret" not in str(public)


def test_what_servers_tell_their_developers_does_not_pass() -> None:
    error = {
        "message": "No such part.",
        "extensions": {"code": "NOT_FOUND", "stacktrace": ["at secret"], "exception": "secret"},
    }
    (public,) = MASK.public([error], "the-reference")
    assert public == {"message": "No such part.", "extensions": {"code": "NOT_FOUND"}}


def test_a_code_that_only_says_that_something_broke_is_none() -> None:
    error = {"message": "secret", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    (public,) = MASK.public([error], "the-reference")
    assert "secret" not in str(public)
    assert public["extensions"] == {"code": "INTERNAL", "reference": "the-reference"}


def test_a_gateway_of_developers_hides_nothing() -> None:
    error = {"message": "KeyError", "extensions": {"stacktrace": ["at app"]}}
    assert ErrorMask(hides=False).public([error], "the-reference") == [error]
