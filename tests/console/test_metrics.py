from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.store.kept import a_batch, a_mail

from mailkeep.console.metrics import metrics_page
from mailkeep.decide.nouns import Label
from mailkeep.store.store import open_store

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "mailkeep.db")
    store.begin("corp", "ada", since=None, begun_at=None)
    store.keep(a_batch(a_mail(1), a_mail(2, label=Label.CLEAN, acts=())), store.shelf("corp"))
    yield store
    store.close()


def samples(store):
    page = metrics_page(store, ["corp"], lambda: NOW).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items(), reverse=True))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_what_the_store_holds_is_counted(store):
    store.subscriptions.count("corp", "forged", NOW, times=3)
    store.note_trouble("corp", "ada", "unreachable", "no answer", NOW)
    found = samples(store)
    assert found["mailkeep_mails_judged_total", "corp", "clean"] == 1
    assert found["mailkeep_mails_judged_total", "corp", "malicious"] == 1
    assert found["mailkeep_work_owed", "act"] == 1
    assert found["mailkeep_notices_total", "corp", "forged"] == 3
    assert found["mailkeep_troubles", "corp", "unreachable"] == 1
    assert found["mailkeep_coverage_missing", "corp"] == 0
    assert found["mailkeep_store_bytes",] > 0


def test_no_metric_names_a_mailbox_or_a_sender(store):
    page = metrics_page(store, ["corp"], lambda: NOW).decode()
    assert "ada" not in page
    assert "@" not in page
