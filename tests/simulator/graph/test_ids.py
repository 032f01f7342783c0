import pytest

from mailkeep.simulator.graph.ids import (
    MalformedIdError,
    Spelled,
    default_id,
    folder_id,
    guid,
    immutable_id,
    read_folder_id,
    read_message_id,
)


def test_an_id_says_what_it_was_made_of():
    assert read_message_id(immutable_id(7, 2**40)) == Spelled(7, 2**40, immutable=True)
    assert read_message_id(default_id(7, 102, 9, 3)) == Spelled(7, 9, 102, 3)
    assert read_folder_id(folder_id(7, 102)) == (7, 102)


def test_ids_differ_in_case_alone():
    spelled = immutable_id(1, 5)
    with pytest.raises(MalformedIdError):
        read_message_id(spelled.lower())


@pytest.mark.parametrize(
    "spelled", ["", "inbox", immutable_id(1, 5)[:-2], default_id(1, 2, 3, 4) + "AA", folder_id(1, 2)]
)
def test_what_is_no_message_id_is_malformed(spelled):
    with pytest.raises(MalformedIdError):
        read_message_id(spelled)


def test_what_is_no_folder_id_is_malformed():
    for spelled in ("", "no-such-folder", immutable_id(1, 2), folder_id(1, 2)[:-3]):
        with pytest.raises(MalformedIdError):
            read_folder_id(spelled)


def test_a_guid_is_the_same_in_every_run_and_unlike_others():
    assert guid(1, 1) == guid(1, 1)
    assert len({guid(kind, number) for kind in range(1, 6) for number in range(50)}) == 250
