import csv
import gzip
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.corpus import archive, corpus_dir

from mailkeep.cases.fingerprint import NEAR, RECIPE, fingerprint, near
from mailkeep.facts.observe import observe
from mailkeep.facts.vantage import Vantage
from mailkeep.mail import parse

LURE = (
    "your package could not be delivered because the customs fee of {fee} is still open. "
    "Please confirm your postal address and pay the outstanding amount within {hours} hours, "
    "otherwise the shipment {code} goes back to its sender and storage costs are charged to you."
)
NEWS = (
    "here is what happened this month: the new warehouse opened, our volunteers planted a thousand trees, "
    "and the summer fair drew more visitors than ever before. Read the whole story on our pages and join us again."
)


def a_mail(text, *, sender="Post <info@parcel-fee.test>", subject="Your parcel", to="ada@corp.example", passed=False):
    verdict = "pass" if passed else "fail"
    domain = sender.partition("@")[2].rstrip(">")
    raw = (
        f"Authentication-Results: mx.corp.example; spf={verdict} smtp.mailfrom={domain}; dmarc={verdict} header.from={domain}\r\n"
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <1@x.test>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    return raw.encode()


def print_of(raw):
    message = parse(raw)
    return fingerprint(message, observe(message, Vantage()))


def together(one, other):
    return bool(set(one.keys) & set(other.keys)) or near(one.sketch, other.sketch) >= NEAR


names = st.sampled_from(["Ada Byron", "Bén Ołdman", "李 小龍", "Dr. Cy-Anne O'Neil", "x"])
codes = st.text("0123456789abcdefABCDEF", min_size=4, max_size=24)


copies = st.tuples(names, codes, st.integers(1, 999), st.integers(1, 99))


def a_copy(name, code, fee, hours):
    first = name.split()[0].lower().strip(".")
    local = first if first.isascii() else "box"
    lure = LURE.format(fee=f"EUR {fee}.00", hours=hours, code=f"{code}7")
    text = f"Dear {name},\r\n{lure}\r\nhttp://x{code}.test/{code}?u={local}"
    return a_mail(text, to=f'"{name}" <{local}@corp.example>', sender=f"Post <i{code}@p{code}.test>")


@settings(max_examples=60, deadline=None)
@given(copies, copies)
def test_copies_that_differ_in_name_token_and_number_are_one_campaign(one, other):
    assert together(print_of(a_copy(*one)), print_of(a_copy(*other)))


def test_different_lures_are_different_campaigns():
    one = print_of(a_mail(LURE.format(fee="EUR 2", hours=24, code="A1")))
    other = print_of(a_mail(NEWS, sender="Club <club@elsewhere.test>", subject="News of the month"))
    assert not together(one, other)


def test_a_forged_copy_of_an_honest_newsletter_does_not_drag_the_newsletter_along():
    honest = a_mail(
        f"{NEWS}\r\nhttps://club.example/stories/summer-fair-report", sender="Club <news@club.example>", passed=True
    )
    forged = honest.replace(b"https://club.example", b"http://club-example.test").replace(b"pass", b"fail")
    assert not together(print_of(honest), print_of(forged))
    assert together(print_of(honest), print_of(honest.replace(b"ada@", b"ben@")))
    assert together(print_of(forged), print_of(forged.replace(b"ada@", b"ben@")))


def test_a_mail_of_few_words_is_not_grouped_by_them():
    short = print_of(a_mail("See attached.", subject="Hi"))
    assert (short.sketch, short.bands) == ((), ())
    assert not together(short, print_of(a_mail("See attached.", subject="Hi", sender="x <x@other.test>")))


def test_a_fingerprint_is_the_same_for_ever_and_names_its_recipe():
    made = print_of(a_mail(LURE.format(fee="EUR 2", hours=24, code="A1")))
    assert made == print_of(a_mail(LURE.format(fee="EUR 2", hours=24, code="A1")))
    assert made.recipe == RECIPE
    assert (len(made.sketch), len(made.bands)) == (64, 16)
    assert all(0 <= row < 2**32 for row in made.sketch)


def test_hostile_bytes_have_a_fingerprint_too():
    for raw in (b"", b"\xff" * 4000, b"Subject: =?utf-8?q?=ED=A0=80?=\r\n\r\n" + b"x \xed\xa0\x80 " * 300):
        assert print_of(raw).recipe == RECIPE


@pytest.mark.corpus
def test_real_campaigns_are_found_with_few_strangers_among_them():
    folder = corpus_dir()
    if folder is None:
        pytest.skip("the development corpus is not beside the project")
    with gzip.open(folder / "index.tsv.gz", "rt") as table:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}
    by_key = defaultdict(list)
    for name, raw in archive("phishing_pot_dev_repeats"):
        for key in print_of(raw).keys[:1]:
            by_key[key].append(cluster[name])
    pairs = sum(_pairs(len(found)) for found in by_key.values())
    same = sum(_pairs(count) for found in by_key.values() for count in Counter(found).values())
    assert pairs > 2000
    assert same / pairs > 0.85


def _pairs(count):
    return count * (count - 1) // 2
