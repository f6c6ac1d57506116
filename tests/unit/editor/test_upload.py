"""What may be uploaded."""

import pytest

from shared.errors import Invalid
from shared.ids import new_id
from subgraphs.editor.models.upload import (
    DEFAULT_CONTENT_TYPE,
    LONGEST_NAME,
    check_upload,
    clean_name,
    keys_of,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("gear.stl", "gear.stl"),
        ("C:\\Users\\Sam\\gear.stl", "gear.stl"),
        ("../../etc/passwd", "passwd"),
        ("  gear\r\n.stl ", "gear.stl"),
        ("Zahnrad größer.stl", "Zahnrad größer.stl"),
        ("gear\u202elts.exe", "gearlts.exe"),
        ("", "model"),
        ("folder/", "model"),
    ],
)
def test_a_name_loses_its_path_and_what_cannot_be_seen(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("a" * 500 + ".stl")
    assert len(name) == LONGEST_NAME
    assert name.endswith("a.stl")
    assert len(clean_name("." + "b" * 500)) == LONGEST_NAME


def test_a_file_must_not_be_empty_or_larger_than_allowed() -> None:
    for size, code in ((0, "EMPTY_FILE"), (-1, "EMPTY_FILE"), (101, "FILE_TOO_LARGE")):
        with pytest.raises(Invalid) as refused:
            check_upload("a.stl", size, None, 100)
        assert refused.value.error_code == code
    assert check_upload("a.stl", 100, None, 100).size == 100


@pytest.mark.parametrize("declared", ["model/stl", "application/vnd.ms-package.3dmanufacturing"])
def test_a_declared_type_is_kept(declared: str) -> None:
    assert check_upload("a", 1, declared, 10).content_type == declared


@pytest.mark.parametrize("declared", [None, "", "text", "a/b\r\nX-Evil: 1", "a/b; c", "x/" * 80])
def test_a_type_that_is_none_becomes_the_plainest(declared: str | None) -> None:
    assert check_upload("a", 1, declared, 10).content_type == DEFAULT_CONTENT_TYPE


def test_the_objects_of_a_model_have_different_keys() -> None:
    model_id = new_id()
    assert len(set(keys_of(model_id))) == 4
