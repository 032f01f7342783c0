"""Mail that an inbox rule sends on: the same one, or a new one that holds it."""

from email import policy
from email.message import EmailMessage
from hashlib import blake2b

from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.office import Person

LOOP = "X-MS-Exchange-Inbox-Rules-Loop"
"""Header that names each mailbox whose rules sent the mail on; it is not sent on from there again."""
_BOUNDARY = "_004_FWmailkeep_"


def sent_on_by(letter: Letter) -> list[str]:
    """The mailboxes whose rules sent it on, oldest first."""
    return [value for name, value in letter.headers if name.lower() == LOOP.lower()]


def sent_on(person: Person, letter: Letter, action: str, recipient: str) -> bytes:
    """The mail as a rule of this person sends it.

    Takes: redirectTo, which sends the same mail, or forwardTo or forwardAsAttachmentTo, which send a new one.
    """
    if action == "redirectTo":
        added = f"{LOOP}: {person.address}\r\nResent-From: {person.address}\r\nResent-To: {recipient}\r\n"
        return added.encode() + letter.raw
    new = EmailMessage(policy=policy.SMTP)
    new["From"] = f"{person.name} <{person.address}>"
    new["To"] = recipient
    new["Subject"] = f"FW: {_one_line(letter.subject)}"
    new["Message-ID"] = _new_id(person, letter)
    for mailbox in (*sent_on_by(letter), person.address):
        new.add_header(LOOP, mailbox)
    if action == "forwardAsAttachmentTo":
        # put together by hand: hostile mail must pass as it is, and the library refuses to write some of it
        new["Content-Type"] = f'multipart/mixed; boundary="{_BOUNDARY}"'
        head = f"--{_BOUNDARY}\r\nContent-Type: message/rfc822\r\n\r\n".encode()
        return new.as_bytes() + head + letter.raw + f"\r\n--{_BOUNDARY}--\r\n".encode()
    kind, content = letter.body
    new.set_content(content, subtype="html" if kind == "html" else "plain")
    return new.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _new_id(person: Person, letter: Letter) -> str:
    digest = blake2b(letter.message_id.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"<fw.{digest}@{person.address.partition('@')[2]}>"
