import pytest

from mailkeep.mail import introductions


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("On Mon, Jan 5, 2026 at 10:00 AM Ann Example <ann@x.example> wrote:", "ann@x.example"),
        ("On Mon, 5 Jan 2026 10:00:00 +0100, Ann Example wrote:", "ann example"),
        ("Am 05.01.26 um 10:00 schrieb Ann Muster:", "ann muster"),
        ("Le 05/01/2026 à 10:00, Ann Exemple a écrit :", "ann exemple"),
        ("El lun, 5 ene 2026 a las 10:00, Ana (<ana@x.example>) escribió:", "ana@x.example"),
        ("Em seg., 5 de jan. de 2026 às 10:00, Ana <ana@x.example> escreveu:", "ana@x.example"),
        ("Il giorno lun 5 gen 2026 alle ore 10:00 Anna <anna@x.example> ha scritto:", "anna@x.example"),
        ("Op ma 5 jan 2026 om 10:00 schreef Anna <anna@x.example>:", "anna@x.example"),
        ("W dniu 05.01.2026 o 10:00, Anna pisze:", "anna"),
        ("Den mån 5 jan. 2026 kl 10:00 skrev Anna <anna@x.example>:", "anna@x.example"),
        ("пн, 5 янв. 2026 г. в 10:00, Anna <anna@x.example> написал(а):", "anna@x.example"),
    ],
)
def test_introductions_of_many_languages_name_their_author(line, author):
    found = introductions.at([line, "> old"], 0)
    assert found is not None
    assert (found.author, found.to_end) == (author, False)


@pytest.mark.parametrize(
    ("lines", "kind", "author", "subject", "count"),
    [
        (
            ["-----Original Message-----", "From: Ann [mailto:ann@x.example]", "Sent: Monday", "To: Bob", "Subject: Deal", "", "old"],
            "quoted", "ann@x.example", "Deal", 5,
        ),
        (["Von: Ann Muster", "Gesendet: Montag", "An: Bob", "Betreff: Sache", "", "alt"], "quoted", "ann muster", "Sache", 4),
        (["De : Ann", "Envoyé : lundi", "À : Bob", "Objet : Chose", ""], "quoted", "ann", "Chose", 4),
        (["---------- Forwarded message ---------", "From: Ann <a@x.example>", "Subject: X"], "forwarded", "a@x.example", "X", 3),
        (["Begin forwarded message:", "", "From: a@x.example", "Subject: X"], "forwarded", "a@x.example", "X", 4),
        (
            ["---- Forwarded by Ann/HOU/ECT on 01/05/2000 10:00 AM ----", "", "Cy Doe@ENRON", "01/04/2000 09:00 AM",
             "To: A/HOU/ECT@ECT,", "B/HOU/ECT@ECT", "cc:", "Subject: Gas"],
            "forwarded", "cy doe", "Gas", 8,
        ),
        (["Ann Doe", "01/05/2000 10:00 AM", "To: Bob/HOU/ECT@ECT", "cc:", "Subject: Gas", "", "old"], "quoted", "ann doe", "Gas", 5),
    ],
)  # fmt: skip
def test_header_blocks_and_separators_head_all_that_follows(lines, kind, author, subject, count):
    found = introductions.at(lines, 0)
    assert found == introductions.Introduction(count, kind, author, subject, to_end=True)


@pytest.mark.parametrize(
    "lines",
    [
        ["Hello Bob,"],
        ["From: here on we walk"],
        ["He said:", "no"],
        ["Subject: x"],
        ["-- "],
        ["On the other hand", "it rains:"],
        ["Total: 5"],
    ],
)
def test_ordinary_lines_introduce_nothing(lines):
    assert introductions.at([line.strip() for line in lines], 0) is None


def test_an_introduction_broken_over_lines_is_one():
    lines = ["On Mon, Jan 5, 2026 at 10:00 AM Ann Example", "<ann@x.example> wrote:", "old"]
    assert introductions.at(lines, 0).lines == 2
