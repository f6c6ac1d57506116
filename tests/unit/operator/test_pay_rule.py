"""What operators earn."""

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.operator.pay.posting import Account, postings_of
from subgraphs.operator.pay.rule import PayRule, PayStep, StepRate, newest, share_of

RULE = PayRule(1, "EUR", (StepRate(PayStep.FINISH, 250, 800), StepRate(PayStep.SHIP, 150, 200)))


def test_a_step_pays_its_base_and_its_share_of_the_total() -> None:
    assert RULE.amount(PayStep.FINISH, 10_000) == 250 + 800
    assert RULE.amount(PayStep.SHIP, 10_000) == 150 + 200


def test_half_a_cent_is_rounded_up() -> None:
    assert share_of(50, 100) == 1
    assert share_of(49, 100) == 0


@given(st.integers(min_value=0, max_value=10**12))
def test_the_steps_of_an_order_add_up_to_what_was_offered(total: int) -> None:
    assert RULE.whole(total) == sum(RULE.amount(step, total) for step in PayStep)


def test_the_newest_version_in_the_currency_is_in_force() -> None:
    later = PayRule(2, "EUR", ())
    foreign = PayRule(3, "USD", ())
    assert newest([RULE, foreign, later], "EUR") is later
    assert newest([RULE], "USD") is None


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_earned_is_an_expense_and_owed_so_that_the_books_balance(amount: int) -> None:
    wages, payable = postings_of(amount)
    assert (wages.account, payable.account) == (Account.WAGES, Account.PAYABLE)
    assert wages.amount == amount
    assert wages.amount + payable.amount == 0
