import json
import subprocess
import sys
from datetime import timedelta

import pytest
from tests.store.kept import AT, a_batch, a_mail, a_print

from mailkeep.store.trouble import NoSuchId

FILL = """
import json, resource, sys
from pathlib import Path
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.store import open_store
from tests.store.kept import a_batch, a_mail, a_headline

store = open_store(Path(sys.argv[1]))
shelf = store.shelf("corp")
store.begin("corp", "ada", since=None, begun_at=None)
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 400_000, size + 400_000))
kept = 0
try:
    for page in range(1000):
        head = a_headline(subject="x" * 400)
        mails = [a_mail(page * 10 + n, head=head) for n in range(10)]
        shelf.put_many([(("pair", f"p{page}"), b"1")])
        store.keep(a_batch(*mails, cursor=str(page)), shelf)
        kept = page + 1
except OperatorError as error:
    print(json.dumps({"kept": kept, "says": str(error)}))
"""


def test_a_full_disk_is_a_sentence_and_every_page_kept_before_it_stays_whole(tmp_path, store):
    store.close()
    path = store.path
    ran = subprocess.run([sys.executable, "-c", FILL, str(path)], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert "Free some space and run the same command again" in told["says"]
    assert 0 < told["kept"] < 1000
    mark = store.begin("corp", "ada", since=None, begun_at=None)
    assert mark.cursor == str(told["kept"] - 1)
    assert mark.mails == told["kept"] * 10 == store.summary().tenants[0].mails
    assert len(list(store.shelf("corp").scan("pair"))) == told["kept"]


def test_trouble_is_noted_once_counted_and_cleared(store):
    store.note_trouble("corp", "ada", "consent-lost", "the password is not accepted", AT)
    store.note_trouble("corp", "ada", "consent-lost", "still not accepted", AT + timedelta(hours=1))
    (trouble,) = store.troubles()
    assert (trouble.times, trouble.since, trouble.says) == (2, AT, "still not accepted")
    store.clear_trouble("corp", "ada", ("unreachable",))
    assert len(store.troubles()) == 1
    store.clear_trouble("corp", "ada", ("consent-lost",))
    assert store.troubles() == []


def test_a_campaign_is_found_by_its_first_letters(store, shelf):
    mail = a_mail(1, fingerprint=a_print("a"))
    store.keep(a_batch(mail), shelf)
    assert store.campaign_id(mail.id[:6]) == mail.id
    with pytest.raises(NoSuchId, match="no campaign begins like that"):
        store.campaign_id("%")


def test_refs_lead_back_to_the_mails(store, shelf):
    one, two = a_mail(1), a_mail(2)
    store.keep(a_batch(one, two), shelf)
    assert store.refs_of([two.id, "unknown", one.id]) == [two.ref, one.ref]
