"""The lines by which mail programs introduce older mail, in the languages they are set to."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_VERB = re.compile(
    r"\b(?:wrote|writes|said|schrieb|hat geschrieben|a [ée]crit|[ée]crivait|escribi[óo]|escreveu|ha scritto|scrive|schreef|"
    r"skrev|skriver|kirjoitti|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|írta|a scris|yazdı|"
    r"написал(?:\(а\)|а)?|пишет|писал(?:а)?|"
    r"έγραψε|viết|menulis)\b[^\n]{0,120}[::]$|(?:写道|寫道|のメール|書きました|さんは書きました|작성|כתב)[^\n]{0,20}[::]$",
    re.IGNORECASE,
)
_WITNESS = re.compile(r"\d|@|<")
_OPENER = re.compile(r"(?:On|Am|Le|El|Em|Il|Op|W dniu|Dnia|Den|Dne|Pe|В|At|Vào)\s", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"[-_=*> ]{2,80}(?:(?P<forward>forwarded|begin forwarded|weitergeleitet|message transf[ée]r|mensaje reenviad|"
    r"mensagem (?:encaminhad|reencaminhad)|messaggio inoltrat|doorgestuurd|vidarebefordrat|videresendt|edelleenlähetetty|"
    r"przekazan|wiadomość przekazan|пересылаемое|пересланное|転送|转发)|"
    r"original[- ](?:message|mail|nachricht|appointment)|urspr[üu]ngliche nachricht|ursprungligt meddelande|message d'origine|"
    r"message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|"
    r"opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|"
    r"元のメッセージ|原始邮件|reply message|in reply to)",
    re.IGNORECASE,
)
_BARE_FORWARD = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|"
    r"inicio del mensaje reenviado|in[íi]cio da mensagem (?:reencaminhada|encaminhada)|inizio messaggio inoltrato|"
    r"begin doorgestuurd bericht|vidarebefordrat brev)\s*[::]$",
    re.IGNORECASE,
)
_LABELS = {
    "from": "from von de da van od från fra expéditeur remitente mittente afzender lähettäjä отправитель от "
    "发件人 寄件者 差出人",
    "sent": "sent date gesendet datum envoyé enviado enviada inviato verzonden wysłano skickat sendt lähetetty fecha data "
    "date/time odesláno отправлено дата 发送时间 送信日時 日時",
    "to": "to an à para a aan do till til vastaanottaja destinataire destinatario ontvanger komu кому 收件人 宛先 an/to",
    "cc": "cc kopie copie copia dw kopia kopi копия 抄送",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp temat ämne emne aihe předmět тема re 主题 件名 sujet",
}
_MEANING = {word: kind for kind, words in _LABELS.items() for word in words.split()}
_DATED = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\s+\d{1,2}:\d{2}")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^{|}~-]{1,80}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MOMENT = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*[AP]M\b)?(?:\s*[+-]\d{4})?|\b(?:19|20)\d\d\b|\buhr\b", re.IGNORECASE
)
_EDGES = " ,.<>[]\"'::\xa0"
_MARKED = re.compile(r"[>|]")
_LISTED = re.compile(r"[@/,;]")
_LOTUS = re.compile(r"([\w .,'&-]{2,60}?)(?:/[\w /-]{1,40})?(?:@[\w]{2,20})?$")


class Introduction(NamedTuple):
    """Where older mail is introduced."""

    lines: int
    """How many lines the introduction takes."""
    kind: str
    """"quoted" or "forwarded"."""
    author: str
    subject: str
    to_end: bool
    """True where such an introduction always heads all that follows; False where a quoted block follows it."""


def at(lines: Sequence[str], number: int) -> Introduction | None:
    """The introduction that begins on that (stripped) line; None when it is ordinary text."""
    line = lines[number]
    first = line[0]
    if first in "-_=*" and (hit := _SEPARATOR.match(line)):
        return _after_separator(lines, number, "forwarded" if hit.group("forward") else "quoted")
    if line[-1] in "::":
        if _BARE_FORWARD.match(line):
            return _after_separator(lines, number, "forwarded")
        if _VERB.search(line[-400:]) and (_WITNESS.search(line[:400]) or _is_followed_by_marks(lines, number)):
            return Introduction(1, "quoted", author_of(line), "", to_end=False)
    if _OPENER.match(line) and (joined := _over_lines(lines, number)):
        return joined
    if ":" in line[:40] or ":" in line[:40]:
        return _header_block(lines, number)
    if _DATED.search(line[:80]):
        return _lotus_block(lines, number)
    if len(line) < 80 and number + 1 < len(lines) and _DATED.match(lines[number + 1]):
        block = _lotus_block(lines, number + 1)
        return block and block._replace(lines=block.lines + 1)
    return None


def _is_followed_by_marks(lines: Sequence[str], number: int) -> bool:
    following = next((line for line in lines[number + 1 : number + 4] if line), "")
    return _MARKED.match(following) is not None


def author_of(line: str) -> str:
    """The address an introducing line names, else the name; lower case."""
    if hit := _ADDRESS.search(line):
        return hit.group().lower()
    verb = _VERB.search(line)
    if verb is None:
        return ""
    moments = [hit.end() for hit in _MOMENT.finditer(line)]
    before = [end for end in moments if end <= verb.start()]
    name = line[before[-1] : verb.start()] if before else line[: verb.start()]
    if not name.strip(" ,") and verb.group()[-2:-1].isalpha():
        name = line[verb.start() :].partition(" ")[2]  # "Am 1.2. schrieb Anna Muster:"
    return name.strip(_EDGES).lower()[:200]


def _over_lines(lines: Sequence[str], number: int) -> Introduction | None:
    """An "On … wrote:" broken over two or three lines."""
    joined = lines[number]
    for more in range(1, 3):
        if number + more >= len(lines) or not lines[number + more]:
            return None
        joined = f"{joined} {lines[number + more]}"
        if lines[number + more][-1] in "::" and len(joined) < 400 and _VERB.search(joined) and _WITNESS.search(joined):
            return Introduction(more + 1, "quoted", author_of(joined), "", to_end=False)
    return None


def _after_separator(lines: Sequence[str], number: int, kind: str) -> Introduction:
    """A separator line, with the header lines that usually stand under it."""
    following = number + 1
    while following < min(len(lines), number + 3) and not lines[following]:
        following += 1
    block = _header_block(lines, following, least=1) if following < len(lines) and lines[following] else None
    if block is None and following < len(lines) and (lotus := _lotus_near(lines, following)):
        block = lotus
    if block is None:
        return Introduction(1, kind, "", "", to_end=True)
    return Introduction(following - number + block.lines, kind, block.author, block.subject, to_end=True)


def _label(line: str) -> tuple[str, str]:
    name, colon, value = line[:1100].replace(":", ":", 1).partition(":")
    if not colon or len(name) > 60:
        return "", ""
    return _MEANING.get(name.strip("> *_\t").lower(), ""), value.strip(" *_\t")


class _Labels(NamedTuple):
    """Header lines found in text: what each states, and the last line of them."""

    stated: dict[str, str]
    last: int


def _labels(lines: Sequence[str], number: int) -> _Labels:
    """The labelled lines from there on, recipients' lists over many lines included; at most 60 lines are looked at."""
    stated: dict[str, str] = {}
    last, current, blanks = number - 1, "", 0
    for follow in range(number, min(number + 60, len(lines))):
        line = lines[follow]
        kind, value = _label(line) if line else ("", "")
        if kind:
            stated.setdefault(kind, value)
            last, current, blanks = follow, kind, 0
        elif not line:
            blanks += 1
            if blanks > 2 or "subject" in stated:
                break
        elif blanks or current not in {"to", "cc"} or not (lines[follow - 1][-1] in ",;" or _LISTED.search(line)):
            break
    return _Labels(stated, last)


def _header_block(lines: Sequence[str], number: int, least: int = 3) -> Introduction | None:
    """A "From: … Sent: … To: … Subject: …" as Outlook writes it: `least` different labels, From among the first."""
    kind, _ = _label(lines[number])
    if not kind or (least > 1 and kind not in {"from", "sent"}):
        return None
    found = _labels(lines, number)
    if len(found.stated) < least or "from" not in found.stated:
        return None
    stated = found.stated["from"]
    address = _ADDRESS.search(stated)
    name = address.group() if address else _DATED.split(re.sub(r"[\[<(].*", "", stated))[0].removesuffix(" on ")
    return Introduction(
        found.last - number + 1,
        "quoted",
        name.strip(" \"'").lower()[:200],
        found.stated.get("subject", "")[:500],
        to_end=True,
    )


def _lotus_near(lines: Sequence[str], number: int) -> Introduction | None:
    for ahead in range(number, min(number + 3, len(lines))):
        if lines[ahead] and (_DATED.search(lines[ahead][:120])) and (block := _lotus_block(lines, ahead)):
            return block._replace(lines=block.lines + ahead - number)
    return None


def _lotus_block(lines: Sequence[str], number: int) -> Introduction | None:
    """Lotus Notes: a name and a date, then "To: … cc: … Subject: …" without a From."""
    found = _labels(lines, number + 1)
    if "to" not in found.stated or "subject" not in found.stated:
        return None
    before = _DATED.split(lines[number])[0].strip() or (lines[number - 1] if number else "")
    address = _ADDRESS.search(before)
    name = _LOTUS.match(before.replace('"', "").strip())
    author = address.group() if address else name.group(1) if name else ""
    subject = found.stated["subject"][:500]
    return Introduction(found.last - number + 1, "quoted", author.strip().lower(), subject, to_end=True)
