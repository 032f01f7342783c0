"""What a folder is for, told by its name: the same few words in every mail program and language."""

from enum import StrEnum

from mailkeep.connect.port import QUARANTINE_FOLDER

INBOX = "INBOX"


class Role(StrEnum):
    """What a folder is for."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    JUNK = "junk"
    QUARANTINE = "quarantine"
    OTHER = "other"

    @property
    def delivered(self) -> bool:
        """False for what the pipeline never sees: unfinished letters, and what we took away ourselves."""
        return self not in (Role.DRAFTS, Role.QUARANTINE)


NAMES: dict[Role, tuple[str, ...]] = {
    Role.SENT: (
        "sent", "sent items", "sent mail", "sent messages", "sent mails", "all sent", "outbox sent",
        "gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten",
        "envoyés", "éléments envoyés", "messages envoyés", "objets envoyés",
        "enviados", "elementos enviados", "mensajes enviados", "itens enviados", "mensagens enviadas", "enviadas",
        "inviati", "posta inviata", "elementi inviati", "verzonden", "verzonden items", "verzonden berichten",
        "skickat", "skickade", "sendt", "sendte elementer", "lähetetyt", "wysłane", "elementy wysłane",
        "odeslané", "отправленные", "надіслані", "gönderilmiş öğeler", "送信済み", "已发送", "寄件備份",
    ),
    Role.DRAFTS: (
        "drafts", "draft", "entwürfe", "brouillons", "borradores", "rascunhos", "bozze", "concepten", "utkast",
        "kladder", "luonnokset", "kopie robocze", "wersje robocze", "koncepty", "черновики", "чернетки", "taslaklar",
        "下書き", "草稿", "草稿箱",
    ),
    Role.TRASH: (
        "trash", "deleted", "deleted items", "deleted messages", "bin", "wastebasket",
        "papierkorb", "gelöscht", "gelöschte elemente", "gelöschte objekte",
        "corbeille", "éléments supprimés", "messages supprimés", "papelera", "elementos eliminados",
        "lixeira", "lixo", "itens excluídos", "cestino", "posta eliminata", "prullenbak", "verwijderde items",
        "papperskorgen", "borttagna objekt", "papirkurv", "slettede elementer", "roskakori", "kosz",
        "elementy usunięte", "koš", "корзина", "удаленные", "кошик", "çöp kutusu", "ゴミ箱", "已删除邮件", "垃圾桶",
    ),
    Role.JUNK: (
        "junk", "spam", "junk e mail", "junk email", "bulk mail", "junk mail", "spamverdacht", "unerwünscht",
        "courrier indésirable", "indésirables", "correo no deseado", "lixo eletrônico", "posta indesiderata",
        "ongewenste e mail", "skräppost", "søppelpost", "roskaposti", "wiadomości śmieci", "спам", "迷惑メール", "垃圾邮件",
    ),
}  # fmt: skip
"""Lower case, punctuation as blanks. Source: default folder names of Outlook, Exchange, Thunderbird, Apple Mail, Gmail,
Roundcube and Dovecot's example configuration, gathered 2026-11."""

PREFIXES = ("inbox", "gmail", "google mail")
"""Parents under which some servers keep the special folders: INBOX.Sent, [Gmail]/Sent Mail."""

ROLES = {name: role for role, names in NAMES.items() for name in names}


def role_of(folder: str) -> Role:
    """What a folder of this name is for; only top-level names count, so that "Clients/Sent" stays an ordinary folder."""
    if folder.upper() == INBOX:
        return Role.INBOX
    steps = [_plain(step) for step in folder.replace("/", ".").split(".")]
    if len(steps) > 1 and steps[0] in PREFIXES:
        steps = steps[1:]
    if steps == [_plain(QUARANTINE_FOLDER)]:
        return Role.QUARANTINE
    return ROLES.get(steps[0], Role.OTHER) if len(steps) == 1 else Role.OTHER


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())
