"""The one error of a model that cannot be used."""


class ModelRejected(Exception):
    """A model file was refused.

    `code` is stable and part of the interface: NO_FILE, EMPTY_FILE, NOT_A_MODEL,
    UNSUPPORTED_FORMAT, TRUNCATED, BROKEN_FILE, NO_TRIANGLES, NOT_FINITE, TOO_MANY_TRIANGLES,
    FILE_TOO_LARGE, FILE_UNREADABLE, ZIP_BOMB, ARCHIVE_TOO_LARGE, XML_FORBIDDEN,
    EXTERNAL_REFERENCE, and from the sandbox TIMEOUT, OUT_OF_MEMORY, BREAKS_READER, CRASHED.
    `sentence` says to a person what is wrong and what can be done next.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
