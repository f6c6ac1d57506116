"""Ways of damaging a file: bytes anywhere, numbers in binary and in text, lines, and what is
packed inside of an archive or a container, packed again so that only the inside is wrong."""

import io
import math
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import orjson

Mutation = Callable[[bytes, Random], bytes]

_WHOLE = (0, 1, 2, 3, 127, 128, 255, 256, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
_REAL = (math.nan, math.inf, -math.inf, -0.0, 1e-45, 3e38, 1e7, 1e308, 1e-308)
_WORDS = (
    b"", b"-1", b"0", b"nan", b"inf", b"-inf", b"1e999", b"1e-999", b"1e38", b"0x10", b"1_000",
    b"99999999999999999999", b"4294967295", b"-9223372036854775809", b"9" * 4500, b"1.5.2", b"+",
    "٣".encode(), b"\xff\xfe", b"#", b"\\", b"/", b"//", b"<", b"&lt;", b"\x00", b"1,5",
)  # fmt: skip
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_JSON: tuple[Any, ...] = (
    None, True, -1, 0, 0.5, 2**31, 2**40, -(2**40), 1e300, "", "x", "data:,", [], {}, [[]], [{}],
    [0] * 40, {"buffer": 0}, "data:application/octet-stream;base64,AAAA", "../part.bin",
)  # fmt: skip


def bytes_changed(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 12)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut_off(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def piece_moved(data: bytes, random: Random) -> bytes:
    """A piece of the file copied over, into, or out of another place."""
    start = random.randrange(len(data))
    piece = data[start : start + random.randint(1, 64)] * random.choice((0, 1, 1, 2, 50))
    at = random.randrange(len(data))
    return data[:at] + piece + data[at + random.choice((0, len(piece))) :]


def number_changed(data: bytes, random: Random) -> bytes:
    """Four or eight bytes made into a number at the edge of what there is."""
    at = random.randrange(len(data))
    order = random.choice("<>")
    if random.random() < 0.5:
        kind, value = random.choice(
            [("f", v) for v in _REAL if not 1e38 < abs(v) < math.inf] + [("d", v) for v in _REAL]
        )
        new = struct.pack(order + kind, value)
    else:
        size = random.choice((1, 2, 4, 8))
        new = (random.choice(_WHOLE) % 256**size).to_bytes(
            size, "little" if order == "<" else "big"
        )
    return data[:at] + new + data[at + len(new) :]


def word_changed(data: bytes, random: Random) -> bytes:
    """A number in the text made into another one or into something that is none."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return bytes_changed(data, random)
    chosen = random.choice(found)
    return data[: chosen.start()] + random.choice(_WORDS) + data[chosen.end() :]


def lines_changed(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[at], lines[other] = lines[other], lines[at]
        case 2:
            lines[at:at] = [lines[other]] * random.choice((1, 2, 2000))
        case _:
            words = lines[at].split()
            random.shuffle(words)
            lines[at] = b" ".join(words)
    return b"\n".join(lines)


def inside_archive(data: bytes, random: Random) -> bytes:
    """An entry of a zip file damaged, renamed or doubled, and packed again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # damaged by the change before this one, in any of a zip's many ways
        return bytes_changed(data, random)
    if not entries:
        return bytes_changed(data, random)
    at = random.randrange(len(entries))
    name, inside = entries[at]
    how = random.random()
    if how < 0.8 and inside:
        inside = random.choice((word_changed, word_changed, lines_changed, *ANYWHERE))(
            inside, random
        )
    elif how < 0.9:
        name = random.choice(("../../x.model", "/3D/3dmodel.model", "3D\\x.model", "x" * 300))
    else:
        entries.append((name + ".model", inside))
    entries[at] = (name, inside)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice((0, 8, 12, 14))) as archive:
        for name, inside in entries:
            archive.writestr(name, inside)
    return packed.getvalue()


def inside_json(data: bytes, random: Random) -> bytes:
    """A value of a glTF document replaced, in a GLB whose lengths are right again."""
    try:
        binary = data.startswith(b"glTF")
        size = struct.unpack_from("<I", data, 12)[0] if binary else 0
        document = orjson.loads(data[20 : 20 + size] if binary else data)
    except (struct.error, orjson.JSONDecodeError):
        return bytes_changed(data, random)
    _replace_one(document, random)
    text = orjson.dumps(document)
    if not binary:
        return text
    text += b" " * (-len(text) % 4)
    rest = data[20 + size :]
    head = struct.pack("<4sII", b"glTF", 2, 20 + len(text) + len(rest))
    return head + struct.pack("<II", len(text), 0x4E4F534A) + text + rest


def _replace_one(document: Any, random: Random) -> None:
    place, key = None, None
    while isinstance(document, dict | list) and document:
        keys = list(document) if isinstance(document, dict) else list(range(len(document)))
        place, key = document, random.choice(keys)
        document = place[key]
        if random.random() < 0.15:
            break
    if place is None or key is None:
        return
    if isinstance(place, list) and random.random() < 0.2:
        place.extend(place[:] * random.choice((1, 30)))
    else:
        place[key] = random.choice(_JSON)


ANYWHERE: tuple[Mutation, ...] = (bytes_changed, cut_off, piece_moved, number_changed)
TEXT: tuple[Mutation, ...] = (*ANYWHERE, word_changed, word_changed, lines_changed)
BY_FORMAT: dict[str, tuple[Mutation, ...]] = {
    "3mf": (inside_archive, inside_archive, inside_archive, *ANYWHERE),
    "glb": (inside_json, inside_json, inside_json, *ANYWHERE),
    "gltf": (inside_json, inside_json, inside_json, *TEXT),
    "stl": ANYWHERE,
}


def mutated(data: bytes, kind: str, random: Random) -> bytes:
    """One to four changes that suit the format."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        if data:
            data = random.choice(BY_FORMAT.get(kind, TEXT))(data, random)
    return data
