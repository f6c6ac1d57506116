"""Where in the response data a fetch takes its objects from and puts its answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PathElement:
    """A step into a field: its key in the data, how many lists deep its value is, and the
    object types of the parent for which the step counts (None: all)."""

    key: str
    list_depth: int = 0
    types: frozenset[str] | None = None

    def __str__(self) -> str:
        condition = f"|[{'|'.join(sorted(self.types))}]" if self.types is not None else ""
        return condition + ".".join([self.key, *["@"] * self.list_depth])


Path = tuple[PathElement, ...]


def path_text(path: Path) -> str:
    """The path for people: `products.@.|[Book].author`."""
    return ".".join(str(element) for element in path)
