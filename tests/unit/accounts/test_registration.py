import pytest

from shared.errors import Invalid
from subgraphs.accounts.account.registration import registration


def refusal(**changes: str) -> Invalid:
    typed = {"email": "ada@example.com", "name": "Ada", "password": "analytical engine"} | changes
    with pytest.raises(Invalid) as caught:
        registration(typed["email"], typed["name"], typed["password"])
    return caught.value


def test_an_email_address_is_kept_in_one_spelling() -> None:
    assert registration(" Ada@Example.COM ", "Ada", "analytical engine").email == "ada@example.com"


def test_spaces_around_and_within_a_name_are_tidied() -> None:
    assert registration("a@example.com", "  Ada \t Byron ", "analytical engine").name == "Ada Byron"


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.com"]
)
def test_what_is_no_email_address_is_refused_with_an_example(email: str) -> None:
    error = refusal(email=email)
    assert error.error_code == "EMAIL_INVALID"
    assert "name@example.com" in error.message


def test_an_endless_email_address_is_refused() -> None:
    assert refusal(email="a" * 300 + "@example.com").error_code == "EMAIL_INVALID"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Ada\x00"])
def test_a_name_is_needed_and_printable(name: str) -> None:
    assert refusal(name=name).error_code == "NAME_INVALID"


def test_a_short_password_is_told_how_long_it_has_to_be() -> None:
    error = refusal(password="123456789")
    assert error.error_code == "PASSWORD_TOO_SHORT"
    assert "10 characters" in error.message


def test_a_password_of_ten_characters_will_do() -> None:
    assert registration("a@example.com", "Ada", "abcdefghij").password == "abcdefghij"


def test_a_password_too_long_to_hash_cheaply_is_refused() -> None:
    assert refusal(password="abcdefghij" * 21).error_code == "PASSWORD_TOO_LONG"


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "Ada@Example.com"])
def test_a_password_anybody_would_guess_is_refused(password: str) -> None:
    assert refusal(password=password).error_code == "PASSWORD_TOO_SIMPLE"


@pytest.mark.parametrize("roles", [[], ["gateway"], ["visitor"], ["customer", "root"]])
def test_an_account_gets_only_roles_for_people(roles: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        registration("a@example.com", "Ada", "analytical engine", roles)
    assert caught.value.error_code == "ROLES_INVALID"
