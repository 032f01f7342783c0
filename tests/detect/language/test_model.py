"""The shipped model has opinions in every language it was trained for, and none on too few words."""

import pytest

from mailkeep.detect.language.linear import HEADS
from mailkeep.detect.language.model import DIGEST, MODEL, harmlessness, read, strength, telling_passages

LURES = {
    "en": "Your mailbox is full. Log in with your e-mail and password to upgrade your quota or your account will be deactivated.",
    "de": "Ihr Postfach ist voll. Melden Sie sich mit Ihrem Passwort an, um den Speicher zu erweitern, sonst wird Ihr Konto gesperrt.",
    "fr": "Votre compte est suspendu. Cliquez ici et confirmez vos coordonnées bancaires sous 48 heures, sinon il sera clôturé.",
    "es": "Su cuenta ha sido suspendida. Haga clic aquí para confirmar sus datos bancarios en 24 horas o será cancelada.",
    "pt": "Sua conta foi bloqueada. Clique aqui e atualize seus dados e senha em 24 horas para evitar o bloqueio do cartão.",
    "it": "Il suo conto è stato sospeso. Clicchi qui e confermi i suoi dati entro 24 ore, altrimenti il conto sarà chiuso.",
    "nl": "Uw rekening is tijdelijk beperkt. Klik hier en bevestig uw gegevens binnen 24 uur, anders wordt uw rekening geblokkeerd.",
    "pl": "Twoje konto zostało zablokowane. Kliknij tutaj i potwierdź swoje dane w ciągu 24 godzin, inaczej zostanie zamknięte.",
}
HONEST = {
    "en": "Please find the minutes of Tuesday attached. The next meeting is on Thursday, tell me if something is missing.",
    "de": "anbei das Protokoll der Sitzung. Die Zahlen auf Seite drei sind neu, bitte um Rückmeldung bis Freitag.",
    "fr": "Voici le compte rendu de la réunion. Merci de vos retours avant vendredi, la partie trois a changé.",
    "es": "Adjunto el acta de la reunión. He cambiado la parte tres, comentarios antes del viernes por favor.",
    "pt": "Segue a ata da reunião de ontem. Mudei a parte três, podem revisar até sexta por favor.",
    "it": "Ecco il verbale della riunione. Ho cambiato la terza parte, commenti entro venerdì per favore.",
    "nl": "Hierbij de notulen van het overleg. Hoofdstuk drie is aangepast, graag reactie voor vrijdag.",
    "pl": "Przesyłam notatkę ze spotkania. Zmieniłem część trzecią, proszę o uwagi do piątku.",
}


@pytest.mark.parametrize("language", LURES)
def test_a_lure_reads_like_a_lure(language):
    assert strength(read(LURES[language]), "lure") > 0


@pytest.mark.parametrize("language", HONEST)
def test_minutes_of_a_meeting_do_not(language):
    assert strength(read(HONEST[language]), "lure") == 0
    assert read(HONEST[language]).odds[0] < read(LURES[language]).odds[0] - 2


def test_a_full_mailbox_is_a_hunt_for_credentials():
    odds = dict(zip(HEADS, read(LURES["en"]).odds, strict=True))
    assert max(HEADS[1:], key=odds.__getitem__) == "credential"


def test_a_few_words_hold_no_opinion():
    assert strength(read("verify password now"), "lure") == 0
    assert harmlessness(read("see you")) == 0


def test_the_sentence_that_decided_is_found_where_it_stands():
    text = "Hello Anna, lunch was nice. Log in with your password to keep your account. See you on Friday."
    best = telling_passages(text, "lure")[0]
    assert text[best.start : best.end] == "Log in with your password to keep your account."


def test_the_shipped_model_is_small_and_named_by_its_digest():
    assert len(DIGEST) == 64
    assert MODEL.weights.nbytes <= 4_000_000
    assert (MODEL.sure > MODEL.starts).all()
