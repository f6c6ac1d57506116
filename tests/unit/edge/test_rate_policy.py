import pytest

from gateway.edge.rate_limits.policy import tries_a_password


@pytest.mark.parametrize(
    "document",
    [
        'mutation { signIn(email: "a", password: "b") { token } }',
        "mutation { x:signIn(email: $e, password: $p) { token } }",
        "mutation($e: String!) { ...f } fragment f on Mutation { register(email: $e) { token } }",
    ],
)
def test_every_way_of_writing_a_sign_in_is_counted(document: str) -> None:
    assert tries_a_password(document)


def test_other_operations_are_not_counted() -> None:
    assert not tries_a_password("{ me { name } }")
