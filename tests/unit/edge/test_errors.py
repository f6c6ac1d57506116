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
