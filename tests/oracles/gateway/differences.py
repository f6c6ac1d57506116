"""Examples that Apollo's gateway answers differently, each with the reason why ours is right."""

from __future__ import annotations

_ALIAS = "a client's name for a field is taken for the field of that name in a key or requirement"
_ARGUMENTS = "a field that is required with arguments is mixed up with the same one with others"
_FRAGMENTS = "of values of abstract types a requirement gets nothing"
_UNMET = "a requirement is asked before what it needs, and given null"
_NUMBERS = "JavaScript has no whole numbers of 64 bits"

DIFFERENCES: dict[str, str] = {
    "a key may hold the key of another entity": _ALIAS,
    "a requirement reaches into objects, lists and other entities": _ALIAS,
    "an interface object requires fields of the interface": _ALIAS,
    "an interface's field is required alike of every type": _ALIAS,
    "what is required may be asked by the client under the same and other names": _ALIAS,
    "names of clients may be those of keys, types and fields elsewhere": _ALIAS,
    "__typename is the object type through interfaces, unions and entities": _ALIAS,
    "a requirement is fetched only when what requires it is asked": f"{_ALIAS}; what requires "
    "nothing is lost beside what is skipped",
    "two fields require the same field with different arguments": _ARGUMENTS,
    "a requirement's arguments may be lists, objects and enums": _ARGUMENTS,
    "a requirement on an interface is put together for each type": _FRAGMENTS,
    "a requirement on a union is put together for each member": _FRAGMENTS,
    "two subgraphs require each other's fields without a circle": _UNMET,
    "a circle of requirements through other fields can be resolved": _UNMET,
    "custom scalars pass as they come": _NUMBERS,
    "a custom scalar is passed as it is, nested objects and variables inside": _NUMBERS,
    "a oneOf input takes exactly one field": "@oneOf is newer than its library",
    "descriptions, deprecations and defaults are introspected": "the same text of a default is "
    "spaced differently; @oneOf is newer than its library",
    "introspection shows nothing of federation": "types are listed in another order; @oneOf and "
    "@defer are not known",
    "conditions on introspection hold as well": "it fails",
    "a provided field is on the path of an interface object": "it fails",
    "an interface object's field requires what implementations have elsewhere": "it fails",
    "the same field is asked of interface, object and interface object at once": "two arguments "
    "for one field are taken for one",
    "a type of Federation 1 without extend may have external fields": "ours takes a key for "
    "known that every entry brings",
    "a null in one key leaves the way over another key": "an entity is asked for by a null",
}
