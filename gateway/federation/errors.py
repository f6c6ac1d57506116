"""Errors that callers of the library see: each has a stable code and says what to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_LONGEST_MESSAGE = 1_000


def sentence(text: str) -> str:
    """The text with an end, so that another sentence may follow."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why subgraphs do not compose.

    `code` is one of Federation's own error codes, `coordinates` are schema coordinates
    (`Product.price`, `Query.user(id:)`), `subgraphs` names who has to change something.
    """

    code: str
    message: str
    coordinates: tuple[str, ...] = ()
    subgraphs: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" [{', '.join(self.subgraphs)}]" if self.subgraphs else ""
        return f"{self.code}{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that composes, but probably is not what its author wants."""

    code: str
    message: str
    coordinates: tuple[str, ...] = ()
    subgraphs: tuple[str, ...] = ()


class FederationError(Exception):
    """The base of every error that this library raises on purpose."""


class CompositionError(FederationError):
    """The subgraphs do not compose; `problems` holds every reason, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all problems, in the order found."""
        return tuple(problem.code for problem in self.problems)


class SupergraphError(FederationError):
    """A supergraph that another tool wrote cannot be read; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FetchError(FederationError):
    """For `fetch` to say that a subgraph did not answer, which it has told the log itself."""


@dataclass(frozen=True, slots=True)
class RequestProblem:
    """One reason why an operation is refused before anything is fetched."""

    message: str
    code: str
    locations: tuple[tuple[int, int], ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The error in the shape of the GraphQL response format."""
        message = self.message
        if len(message) > _LONGEST_MESSAGE:  # it quotes names and values, however long they are
            message = f"{message[:_LONGEST_MESSAGE]}…"
        formatted: dict[str, object] = {"message": message}
        if self.locations:
            formatted["locations"] = [
                {"line": line, "column": column} for line, column in self.locations
            ]
        formatted["extensions"] = {"code": self.code}
        return formatted


class OperationError(FederationError):
    """The operation cannot be run as it was sent: syntax, validation, limits or variables."""

    def __init__(self, problems: Sequence[RequestProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))

    @classmethod
    def single(cls, code: str, message: str) -> Self:
        """An error with one reason."""
        return cls([RequestProblem(message, code)])


class PlanningError(OperationError):
    """A valid operation for which no plan was found within the limits of effort."""
