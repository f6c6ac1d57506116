"""The one error of a price that cannot be given."""


class PriceRefused(Exception):
    """No price for this choice.

    `code`: UNKNOWN_MATERIAL, FINISH_NOT_OFFERED, QUANTITY_OUT_OF_RANGE, UNKNOWN_LEAD_TIME,
    WRONG_PROFILE, TOO_LARGE_FOR_MACHINES, NEEDS_TURNING, and ASK_A_PERSON for what can be ordered
    and is priced by a person. `sentence` says what can be chosen instead.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class PricedByAPerson(PriceRefused):
    """ASK_A_PERSON. `why` says why, without what can be done, for whoever is asked."""

    def __init__(self, why: str, at_once: str) -> None:
        """`at_once` is what has a price at once."""
        super().__init__(
            "ASK_A_PERSON",
            f"{why} Put it in the basket to be told a price, or choose {at_once} for a price at "
            "once.",
        )
        self.why = why
