"""What the benchmark measures and how it sums it up; never how fast this machine is."""

from tests.flow.company import letter

from mailkeep.lab.bench import measure, plain


def test_engine_and_plain_parsing_see_every_mail_equally_often():
    mails = [letter(number) for number in range(4)]
    seen = []
    found = measure(mails, seen.append)
    assert found.mails == 4
    assert found.mean_bytes == sum(map(len, mails)) // 4
    assert {seen.count(raw) for raw in mails} == {4}
    assert [each.name for each in found.timings] == ["plain parsing (stdlib email)", "whole engine"]
    assert found.ratio > 0
    assert found.peak_mib > 1


def test_the_ratio_grows_with_the_engines_work():
    mails = [letter(number) for number in range(4)]

    def slow(raw):
        for _ in range(40):
            plain(raw)

    assert measure(mails, slow).ratio > measure(mails, plain).ratio


def test_one_mail_is_enough():
    found = measure([letter(1)], len)
    assert found.timings[0].p50_ms == found.timings[0].p99_ms


def test_plain_parsing_decodes_the_bodies():
    assert plain(b"Content-Transfer-Encoding: base64\n\naGVsbG8=\n") == 5
