"""Where a parcel goes."""

from dataclasses import asdict, dataclass, fields

from shared.errors import Invalid

_MAX_LENGTH = 200
_NAMES = {
    "name": "name",
    "street": "street",
    "city": "city",
    "postal_code": "postal code",
    "country": "country",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A complete postal address, trimmed. Raises Invalid when a part is missing or too long."""

    name: str
    street: str
    city: str
    postal_code: str
    country: str

    def __post_init__(self) -> None:
        for part in fields(self):
            value = str(getattr(self, part.name)).strip()
            if not value:
                raise Invalid(
                    f"The address needs a {_NAMES[part.name]}.", "ADDRESS", field=part.name
                )
            if len(value) > _MAX_LENGTH:
                raise Invalid(
                    f"The {_NAMES[part.name]} is too long (at most {_MAX_LENGTH} letters).",
                    "ADDRESS",
                    field=part.name,
                )
            object.__setattr__(self, part.name, value)

    def as_record(self) -> dict[str, str]:
        """For the database and for events."""
        return asdict(self)
