"""What lies inside archives."""

import bz2
import gzip
import lzma

from mailkeep.facts.read import archives

from .containers import EXE, iso_of, rar5_of, seven_zip_of, tar_of, zip_of


def test_names_are_listed_and_those_that_run_are_dangerous() -> None:
    inside = archives.look("zip", zip_of({"readme.txt": b"hi", "run.js": b"x", "photo.jpg": EXE}))
    assert inside.members == ("readme.txt", "run.js", "photo.jpg")
    assert inside.dangerous_members == ("run.js", "photo.jpg")
    assert not inside.bomb


def test_archives_in_archives_are_opened_and_the_path_tells_so() -> None:
    inside = archives.look("zip", zip_of({"outer.zip": zip_of({"inner.vbs": b"x"})}))
    assert inside.members == ("outer.zip", "outer.zip/inner.vbs")
    assert inside.dangerous_members == ("outer.zip/inner.vbs",)


def test_nesting_deeper_than_the_bound_is_a_bomb() -> None:
    body = zip_of({"a.txt": b"x"})
    for _ in range(archives.DEPTH):
        body = zip_of({"n.zip": body})
    assert archives.look("zip", body).bomb


def test_unpacking_to_much_more_than_it_weighs_is_a_bomb() -> None:
    assert archives.look("gz", gzip.compress(bytes(40 << 20))).bomb
    assert not archives.look("gz", gzip.compress(b"hello")).bomb


def test_tar_and_compressed_tar_are_listed() -> None:
    tar = tar_of({"a.txt": b"hi", "b.exe": EXE})
    for kind, body in (
        ("tar", tar),
        ("gz", gzip.compress(tar)),
        ("bz2", bz2.compress(tar)),
        ("xz", lzma.compress(tar)),
    ):
        inside = archives.look(kind, body)
        assert inside.members == ("a.txt", "b.exe")
        assert inside.dangerous_members == ("b.exe",)


def test_a_gzip_of_one_file_gives_its_own_name() -> None:
    target = gzip.compress(b"x")
    named = target[:3] + b"\x08" + target[4:10] + b"invoice.js\0" + target[10:]
    assert archives.look("gz", named).dangerous_members == ("invoice.js",)


def test_other_archives_are_listed_too() -> None:
    for kind, body in (
        ("rar", rar5_of(["a.exe"])),
        ("7z", seven_zip_of(["a.exe"], packed=True)),
        ("iso", iso_of(["a.exe"])),
    ):
        assert archives.look(kind, body).dangerous_members == ("a.exe",)


def test_an_archive_of_a_hundred_thousand_names_is_cut() -> None:
    assert len(archives.look("zip", zip_of({str(n): b"" for n in range(1_500)})).members) <= archives.MOST_MEMBERS
