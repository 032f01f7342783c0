"""What a promise hears and says, apart from its making, which test_subscriptions shows."""

import pytest

from mailkeep.simulator.graph.ids import guid
from mailkeep.simulator.graph.mailbox import Change
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.promise import Promise, place_of
from mailkeep.simulator.graph.routes import GraphError

OFFICE = Office()
ADA = OFFICE.add_person("ada@northwind.example")
OTHER = 7


def promise(resource, changes):
    app = OFFICE.register("app", ["Mail.Read"])
    place = place_of(OFFICE, resource)
    return Promise(guid(1, 1), app, place, frozenset(changes), "u", "", "", 0.0, immutable=True)


@pytest.mark.parametrize(
    ("resource", "kind", "folder", "moved", "heard"),
    [
        (f"users/{ADA.id}/messages", "created", 2, False, "created"),
        (f"/Users/{ADA.id}/Messages", "updated", 2, False, ""),
        (f"users/{ADA.id}/messages", "created", 2, True, ""),
        (f"users/{ADA.id}/mailFolders('inbox')/messages", "created", 2, True, "created"),
        (f"users/{ADA.id}/mailFolders/inbox/messages", "created", 8, False, ""),
        (f"users/{ADA.id}/mailFolders/inbox/messages", "deleted", 2, True, "deleted"),
    ],
)
def test_it_hears_what_it_was_made_for(resource, kind, folder, moved, heard):
    change = Change(OFFICE.mailbox(ADA), None, kind, folder, moved)
    assert promise(resource, ["created", "deleted"]).hears(change) == heard


def test_a_move_is_an_update_of_the_whole_mailbox_told_once():
    whole = promise(f"users/{ADA.id}/messages", ["updated"])
    mailbox = OFFICE.mailbox(ADA)
    assert whole.hears(Change(mailbox, None, "deleted", 2, moved=True)) == ""
    assert whole.hears(Change(mailbox, None, "created", 8, moved=True)) == "updated"


def test_selected_properties_are_read_from_the_resource():
    assert place_of(OFFICE, f"users/{ADA.id}/messages?$select=subject,from").select == ("subject", "from")


@pytest.mark.parametrize("resource", ["me/messages", "users/x/events", f"users/{ADA.id}/mailFolders/inbox/rules", ""])
def test_another_resource_is_refused(resource):
    with pytest.raises(GraphError):
        place_of(OFFICE, resource)
