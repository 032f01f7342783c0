"""What other filters wrote."""

import pytest

from mailkeep.facts.read.gateway import read
from mailkeep.mail.parse import parse


@pytest.mark.parametrize(
    ("line", "product", "verdict", "score"),
    [
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:9;SFV:SPM;CAT:PHSH;SFTY:9.1", "microsoft", "phish", "9"),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;SFV:NSPM;CAT:NONE", "microsoft", "clean", "1"),
        ("X-MS-Exchange-Organization-SCL: 6", "microsoft", "spam", "6"),
        ("X-MS-Exchange-Organization-SCL: -1", "microsoft", "unknown", "-1"),
        ("X-Spam-Status: Yes, score=12.1 required=5.0 tests=X", "spamassassin", "spam", "12.1"),
        ("X-Spam-Status: No, hits=-2.3", "spamassassin", "clean", "-2.3"),
        ("X-Spamd-Result: default: False [-2.10 / 15.00]; X(1)", "rspamd", "clean", "-2.10"),
        ("X-Rspamd-Action: no action", "rspamd", "clean", ""),
        ("X-Proofpoint-Spam-Details: rule=notspam policy=default score=0 phishscore=0", "proofpoint", "clean", "0"),
        ("X-Proofpoint-Spam-Details: rule=phish policy=default score=99", "proofpoint", "phish", "99"),
        ("X-Barracuda-Spam-Status: No, SCORE=0.50 using global", "barracuda", "clean", "0.50"),
        ("X-Mimecast-Spam-Score: 3", "mimecast", "unknown", "3"),
        ("X-Gm-Phishy: 1", "google", "phish", "1"),
    ],
)
def test_each_product_s_verdict_is_read(line: str, product: str, verdict: str, score: str) -> None:
    (found,) = read(parse(f"{line}\nFrom: a@corp.example\n\nx\n".encode()))
    assert (found.product, found.verdict, found.score) == (product, verdict, score)
    assert found.place.label == line.partition(":")[0]


def test_a_mail_without_verdicts_has_none_and_a_flood_is_cut() -> None:
    assert read(parse(b"From: a@corp.example\n\nx\n")) == ()
    assert len(read(parse(b"X-Spam-Flag: YES\n" * 200 + b"\nx\n"))) == 20
