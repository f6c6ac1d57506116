"""A computation that did not come back with an answer."""

from jobs.rejection import ModelRejected

_SENTENCES = {
    "TIMEOUT": "The model took too long to compute. Reduce the number of triangles and upload it "
    "again, or ask us to look at it.",
    "OUT_OF_MEMORY": "The model needs more memory than one computation gets. Reduce the number of "
    "triangles and upload it again.",
    "BREAKS_READER": "Our reader broke down over this file, and did so again. Export the part "
    "again, in another format if you can, and upload that.",
    "CRASHED": "The computation of this model broke down. Try again; if it stays so, export the "
    "part in another format, or ask us to look at it.",
}


class ComputationFailed(ModelRejected):
    """`code` is TIMEOUT, OUT_OF_MEMORY, BREAKS_READER or CRASHED; `detail` is for the log, not for
    customers.

    Only CRASHED is worth trying again with the same input.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, _SENTENCES[code])
        self.detail = detail


class Broken(ComputationFailed):
    """The child was ended by a signal that broken machine code raises: by its input, or by chance.

    CRASHED the first time. The second, with the same input, is the input's fault.
    """

    def __init__(self, detail: str, *, again: bool = False) -> None:
        super().__init__("BREAKS_READER" if again else "CRASHED", detail)
