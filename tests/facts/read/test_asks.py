"""The tables of asks."""

import pytest

from mailkeep.facts import shipped
from mailkeep.facts.read import asks
from mailkeep.facts.read.words import ASKS
from mailkeep.kit.known import Unknown


def _kinds(text: str, language: str = "en") -> set[str]:
    return {kind for kind, _, _ in asks.find(text, asks.tables(language))}


@pytest.mark.parametrize("language", asks.LANGUAGES)
def test_every_language_has_every_kind_with_several_phrases(language: str) -> None:
    table = shipped.table(f"asks/{language}.toml")
    assert set(table) == set(ASKS)
    assert sum(len(rows) for rows in table.values()) >= 90


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Please verify your mailbox account now", "en", "credentials"),
        ("We have changed our bank account details", "en", "bank-change"),
        ("All future payments to our new bank account please", "en", "bank-change"),
        ("I need to update my direct deposit information", "en", "payroll-change"),
        ("Can you get five Apple gift cards for a client", "en", "gift-cards"),
        ("Keep this between us and strictly confidential", "en", "secrecy"),
        ("Are you available? I need a quick task done", "en", "availability"),
        ("To cancel the order call our support team at +1 (888) 555-0199", "en", "call-back"),
        ("I have recorded you with your own webcam", "en", "extortion"),
        ("Bitte bestätigen Sie umgehend Ihre Zugangsdaten", "de", "credentials"),
        ("Bitte ueberweisen Sie den Betrag auf unser neues Konto", "de", "payment"),
        ("unsere neue Bankverbindung lautet", "de", "bank-change"),
        ("Veuillez vérifier votre compte", "fr", "credentials"),
        ("Nos coordonnées bancaires ont changé", "fr", "bank-change"),
        ("Verifique su cuenta", "es", "credentials"),
        ("Hemos cambiado nuestra cuenta bancaria", "es", "bank-change"),
        ("Confirme seus dados", "pt", "credentials"),
        ("Alteramos nossa conta bancária", "pt", "bank-change"),
        ("Verifica il tuo conto", "it", "credentials"),
        ("Le nuove coordinate bancarie", "it", "bank-change"),
        ("Bevestig uw gegevens", "nl", "credentials"),
        ("Ons rekeningnummer is gewijzigd", "nl", "bank-change"),
        ("Zweryfikuj swoje konto", "pl", "credentials"),
        ("Nowy numer konta bankowego", "pl", "bank-change"),
    ],
)
def test_an_ask_is_heard_in_its_language(text: str, language: str, kind: str) -> None:
    assert kind in _kinds(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your payment. Your account is in good order.",
        "Our bank holiday hours are attached to the wall",
        "We discussed the new account at the meeting yesterday",
        "If you do not wish to receive these mails, write to us",
        "The gift was a card from the team",
    ],
)
def test_ordinary_sentences_ask_for_nothing_dangerous(text: str) -> None:
    assert not _kinds(text) & {"bank-change", "credentials", "extortion", "gift-cards", "payroll-change"}


def test_look_alikes_and_invisible_characters_hide_no_ask_and_its_place_is_true() -> None:
    text = "Now ver\u200bify your аc\u200bcount"
    ((kind, start, end),) = [hit for hit in asks.find(text, asks.tables("en")) if hit[0] == "credentials"]
    assert kind == "credentials"
    assert text[start:end] == "ver\u200bify your аc\u200bcount"


def test_no_phrase_runs_over_the_end_of_a_sentence() -> None:
    assert "credentials" not in _kinds("Verify your. The account")


def test_an_unknown_language_meets_every_table() -> None:
    assert len(asks.tables(Unknown("too few words"))) == len(asks.LANGUAGES)
    assert len(asks.tables("de")) == 2
    assert len(asks.tables("es")) == 3
    assert len(asks.tables("ja")) == 1


def test_the_notation_is_what_the_docstring_says() -> None:
    assert asks.expression("grüße [a b]") == r"\b(?:grue?s{1,2}e[^\w.!?]+[a b])\b"
