"""The page of why says what it is, why, what is normal, what was done and how to undo it."""

import io

from rich.console import Console
from tests.reports import a_report

from mailkeep.cli.pages import console, headline, page, place_words, summary
from mailkeep.mail import Place


def printed(thing):
    screen = Console(file=io.StringIO(), width=140, highlight=False, markup=False, emoji=False)
    screen.print(thing)
    return screen.file.getvalue()


def test_the_page_has_every_chapter():
    text = printed(page(a_report()))
    for words in (
        "MALICIOUS",
        "97.00% sure",
        "Answers are led elsewhere",
        "Reply-To: answers go to evil.test, not corp.example",
        "What speaks for it",
        "What is normal here",
        "never wrote before",
        "quarantine: done",
        "mailkeep restore v1",
        "back to INBOX, seen",
    ):
        assert words in text


def test_hostile_markup_is_printed_as_text():
    assert "[bold]Wire[/bold] today" in printed(page(a_report()))


def test_a_page_without_signals_or_acts_says_so():
    verdict = a_report().verdict
    quiet = a_report(
        verdict=type(verdict)(**{**{f: getattr(verdict, f) for f in verdict.__struct_fields__}, "signals": ()}),
        actions=(),
    )
    text = printed(page(quiet))
    assert "No detector found anything." in text
    assert "the mail stays where it is" in text


def test_a_headline_is_one_line_and_a_summary_adds_reasons():
    assert printed(headline(a_report())).count("\n") == 1
    assert "answers go to evil.test" in printed(summary(a_report()))


def test_places_are_named_as_people_name_them():
    assert place_words(Place("header", label="Reply-To")) == "Reply-To"
    assert place_words(Place("1.2", 5, 9, "body")) == "body, characters 5-9"
    assert place_words(Place("header")) == "the headers"


def test_a_pipe_is_wide_enough_to_read():
    assert console().width >= 100
