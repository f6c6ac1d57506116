import pytest

from gateway.edge.rate_limits.policy import passwords_tried


@pytest.mark.parametrize(
    "document",
    [
        'mutation { signIn(email: "a", password: "b") { token } }',
        "mutation { x:signIn(email: $e, password: $p) { token } }",
        "mutation($e: String!) { ...f } fragment f on Mutation { register(email: $e) { token } }",
    ],
)
def test_every_way_of_writing_a_sign_in_is_counted(document: str) -> None:
    assert passwords_tried(document) == 1


def test_other_operations_are_not_counted() -> None:
    assert passwords_tried("{ me { name } }") == 0


def test_each_sign_in_of_one_operation_is_counted() -> None:
    many = " ".join(f'x{n}: signIn(email: "{n}@x.y", password: "p") {{ token }}' for n in range(9))
    assert passwords_tried(f"mutation {{ {many} }}") == 9
