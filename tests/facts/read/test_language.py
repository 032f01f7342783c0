"""The language of a text."""

import pytest

from mailkeep.facts.read.language import identify
from mailkeep.kit.known import Unknown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Please find the invoice for your order with this mail", "en"),
        ("Bitte finden Sie die Rechnung für Ihre Bestellung in der Anlage", "de"),
        ("Veuillez trouver la facture de votre commande dans ce message", "fr"),
        ("Le enviamos la factura de su pedido con este correo", "es"),
        ("Segue a fatura do seu pedido, que também está no nosso site", "pt"),
        ("La fattura del suo ordine è allegata a questo messaggio", "it"),
        ("De factuur van uw bestelling vindt u in deze mail", "nl"),
        ("Faktura za państwa zamówienie jest w załączniku do tej wiadomości", "pl"),
        ("Här är fakturan för din beställning och vi tackar för att du är kund", "sv"),
        ("Faturanız bu e-posta ile birlikte gönderildi ve sizin için hazır", "tr"),
        ("Vaša faktúra je v prílohe, prosím skontrolujte či je všetko ako má byť", "sk"),
        ("Ваш счёт находится во вложении", "ru"),
        ("Ваш рахунок знаходиться у вкладенні, перевірте їх", "uk"),
        ("請查看附件中的發票", "zh"),
        ("請求書を添付しましたのでご確認ください", "ja"),
        ("송장을 첨부했습니다 확인하세요", "ko"),
        ("تجدون الفاتورة في المرفقات", "ar"),
        ("Το τιμολόγιο βρίσκεται στο συνημμένο", "el"),
        ("החשבונית מצורפת להודעה זו", "he"),
    ],
)
def test_a_sentence_tells_its_language(text: str, code: str) -> None:
    assert identify(text) == code


@pytest.mark.parametrize("text", ["", "OK", "ok thx", "zzz qqq xxx www vvv"])
def test_too_little_is_unknown(text: str) -> None:
    assert isinstance(identify(text), Unknown)


def test_a_few_foreign_names_do_not_change_the_language() -> None:
    assert identify("Please see the report that Дмитрий sent to you and let me know what you think of it") == "en"
