"""How values read on a page: times, lengths, sizes. Used as filters by the templates."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def moment(value: str | datetime) -> datetime:
    """An aware time from the graph's ISO text."""
    time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def ago(value: str | datetime, now: datetime | None = None) -> str:
    """``just now``, ``5 minutes ago``, ``in 3 days``; a date once it is four weeks off."""
    seconds = ((now or datetime.now(UTC)) - moment(value)).total_seconds()
    distance = abs(seconds)
    if distance < 45:
        return "just now"
    if distance > 28 * DAY:
        return f"{moment(value):%-d %b %Y}"
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if distance >= size or name == "minute":
            count = max(1, round(distance / size))
            words = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    raise AssertionError("every distance is at least a minute here")


def absolute(value: str | datetime) -> str:
    """``21 Nov 2026, 21:40:05 UTC``."""
    return f"{moment(value).astimezone(UTC):%-d %b %Y, %H:%M:%S} UTC"


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 10 min``, ``4 d 3 h``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds) if seconds < HOUR else MINUTE * round(seconds / MINUTE)
    for size, small, big_name, small_name in (
        (DAY, HOUR, "d", "h"),
        (HOUR, MINUTE, "h", "min"),
        (MINUTE, 1, "min", "s"),
    ):
        if whole >= size:
            rest = whole % size // small
            return f"{whole // size} {big_name}" + (f" {rest} {small_name}" if rest else "")
    return f"{whole} s"


def millimetres(value: float) -> str:
    """A length in mm with at most two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def box(sides: Iterable[float]) -> str:
    """Three sides in mm: ``60 × 40 × 12.5 mm``."""
    return " × ".join(millimetres(side) for side in sides) + " mm"


def cubic(mm3: float) -> str:
    """A volume given in mm³, in cm³ from one cm³ up."""
    return f"{mm3 / 1000:,.1f} cm³" if mm3 >= 1000 else f"{mm3:,.0f} mm³"


def square(mm2: float) -> str:
    return f"{mm2 / 100:,.1f} cm²" if mm2 >= 100 else f"{mm2:,.0f} mm²"


def turned(rotation: Iterable[float]) -> str:
    """An orientation in degrees about x, y, z: ``90° about x, 180° about z``."""
    about = [f"{a:g}° about {axis}" for axis, a in zip("xyz", rotation, strict=True) if a % 360]
    return ", ".join(about) or "as in the file"


def size(count: int) -> str:
    """Bytes, in steps of 1024: ``812 B``, ``33.2 kB``, ``1.2 MB``, ``1 GB``."""
    if count < 1024:
        return f"{count} B"
    number = float(count)
    for unit in ("kB", "MB", "GB"):
        number /= 1024
        if number < 1000 or unit == "GB":
            return f"{number:.1f}".removesuffix(".0") + f" {unit}"
    raise AssertionError("the last unit always answers")


def many(count: int, one: str, more: str | None = None) -> str:
    """``1 line``, ``2 lines``."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def surcharge(factor: float) -> str:
    """What a lead time adds to the price: ``, +25 %``, ``, −10 %``, or nothing."""
    percent = round(100 * (factor - 1))
    sign = "+" if percent > 0 else "−"
    return f", {sign}{abs(percent)} %" if percent else ""


def link(path: str, **values: Any) -> str:
    """A path with a query of the values that say something."""
    pairs = [
        (name, item)
        for name, value in values.items()
        for item in (value if isinstance(value, list | tuple) else [value])
        if item not in (None, "")
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def link_with(path: str, query: dict[str, str], **changes: Any) -> str:
    """The same page with some of its query changed; None takes a value out."""
    return link(path, **{**query, **changes})


def words(code: str) -> str:
    """An enum's value as words: ``IN_PRODUCTION`` → ``In production``."""
    return code.replace("_", " ").capitalize()


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "absolute": absolute,
    "isotime": lambda value: moment(value).isoformat(),
    "duration": duration,
    "millimetres": millimetres,
    "box": box,
    "cubic": cubic,
    "square": square,
    "turned": turned,
    "bytes": size,
    "many": many,
    "surcharge": surcharge,
    "link": link,
    "link_with": link_with,
    "words": words,
}
