"""What a person typed, and what is wrong with it, field by field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from starlette.requests import Request

from ui.problems import Problem

MOST_FIELDS = 120  # an offer has one for each line of an order
LONGEST_FIELD = 32 * 1024  # bytes
LARGEST_INT = 2**31 - 1


def written(text: str) -> int | None:
    """The whole number that a page of ours wrote into a form or an address, at most the largest of
    the graph's Int; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_INT))):
        return None
    number = int(text)
    return number if number <= LARGEST_INT else None


@dataclass
class Form:
    """The values as typed, so that a refused form comes back filled; errors by field name.

    ``problem`` is about the form as a whole.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str | None = None

    @classmethod
    async def read(cls, request: Request) -> Self:
        """What a person typed. Raises HTTPException for a file, and for more than any of our forms
        holds: it would be kept in memory, and files on the disk.
        """
        data = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
        return cls({name: value for name, value in data.items() if isinstance(value, str)})

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def require(self, labels: Mapping[str, str]) -> None:
        """Names each empty field by its label."""
        for name, label in labels.items():
            if not self.text(name):
                self.errors[name] = f"Enter {label}."

    def whole(self, name: str, *, least: int, most: int) -> int:
        """A whole number between the two, or an error on the field and the nearest allowed."""
        try:
            number = int(self.text(name))
        except ValueError:
            self.errors[name] = "Enter a whole number."
            return least
        if not least <= number <= most:
            self.errors[name] = f"Enter a number from {least:,} to {most:,}."
        return min(max(number, least), most)

    def refuse(self, problem: Problem, fields: Collection[str] = ()) -> None:
        """Puts a domain error where it belongs: on its field, else above the form."""
        field_name = problem.field_of(fields)
        if field_name is None:
            self.problem = problem.message
        else:
            self.errors[field_name] = problem.message

    @property
    def is_good(self) -> bool:
        return not self.errors and self.problem is None
