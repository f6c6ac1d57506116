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
