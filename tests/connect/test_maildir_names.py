"""Names of files and folders, taken apart and put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.maildir_names import (
    FileName,
    MailId,
    directory_name,
    flags_of,
    folder_name,
    fresh_name,
    info_of,
    read_id,
    read_name,
    received_ns,
    write_name,
)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("170.M1P2.host,S=12:2,FS", FileName(unique="170.M1P2.host,S=12", info="FS")),
        ("170.M1P2.host", FileName(unique="170.M1P2.host")),
        ("170.M1P2.host,mailkeep=3:2,", FileName(unique="170.M1P2.host", copy=3)),
        ("170.M1P2.host:1,x", FileName(unique="170.M1P2.host")),
    ],
)
def test_a_files_name_is_taken_apart(name, parts):
    assert read_name(name) == parts


def test_a_mail_in_new_has_no_letters_place():
    assert fresh_name(FileName(unique="170.a")) == "170.a"
    assert write_name(FileName(unique="170.a", info="SF")) == "170.a:2,FS"


@given(st.frozensets(st.sampled_from("SRFDTPabcz")))
def test_flags_go_there_and_back(letters):
    assert set(info_of(flags_of("".join(letters), recent=False))) == letters


@given(st.binary(min_size=1, max_size=40), st.integers(0, 10**12), st.integers(0, 50))
def test_an_id_is_printable_and_read_back_whatever_the_name(unique, size, copy):
    mail = MailId(unique.decode("utf-8", "surrogateescape"), size, copy)
    assert str(mail).isascii()
    assert str(mail).isprintable()
    assert read_id(str(mail)) == mail


@pytest.mark.parametrize(
    ("directory", "folder"), [("", "INBOX"), (".Sent", "Sent"), (".A.B", "A/B"), (".&ANw-ber &- 1", "Über & 1")]
)
def test_folders_have_the_names_people_read(directory, folder):
    assert folder_name(directory) == folder
    assert directory_name(folder) == directory


def test_a_directory_in_no_known_spelling_is_still_named():
    assert folder_name(".Über") == ".%C3%9Cber"
    assert folder_name(".&&&") == ".&&&"


def test_the_arrival_is_the_earlier_of_name_and_file_time():
    assert received_ns("1700000000.a", 1_800_000_000 * 10**9) == 1_700_000_000 * 10**9
    assert received_ns("1700000000.a", 1_600_000_000 * 10**9) == 1_600_000_000 * 10**9
    assert received_ns("letter", 5) == 5
