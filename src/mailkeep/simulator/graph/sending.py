"""POST /users/{id}/sendMail: as JSON, or as MIME in base64."""

import base64
import binascii
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from mailkeep.simulator.graph.letter import letter_of
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route


def send_mail(request: Request) -> Reply:
    """202; the mail is delivered at once to ours and noted in the office's outbox for others."""
    if request.headers.get("content-type", "").lower().startswith("text/plain"):
        raw, keep = _mime(request), True
    else:
        asked = request.json()
        raw, keep = (
            _written(request, asked.get("message") or asked.get("Message")),
            asked.get("saveToSentItems") is not False,
        )
    letter = letter_of(raw)
    to = [address for name in ("To", "Cc", "Bcc") for _, address in letter.people(name)]
    if not to:
        raise GraphError(
            400, "ErrorInvalidRecipients", "At least one recipient isn't valid., A message can't be sent without one."
        )
    request.office.send(request.owner, to, raw, keep=keep)
    return Reply(202)


def _mime(request: Request) -> bytes:
    try:
        return base64.b64decode(request.raw, validate=True)
    except binascii.Error as error:
        raise GraphError(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from error


def _written(request: Request, message: object) -> bytes:
    if not isinstance(message, dict):
        raise GraphError(400, "ErrorInvalidRequest", "The Message is missing.")
    mail = EmailMessage(policy=SMTP)
    office, owner = request.office, request.owner
    mail["Date"] = format_datetime(office.now())
    mail["From"] = Address(owner.name, addr_spec=owner.address)
    for header, name in (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients")):
        people = [_address(each) for each in message.get(name) or ()]
        if people:
            mail[header] = people
    mail["Subject"] = str(message.get("subject") or "")
    mail["Message-ID"] = f"<{uuid4()}@{office.domains[0]}>"
    for header in message.get("internetMessageHeaders") or ():
        if not str(header.get("name", "")).lower().startswith("x-"):
            says = f"The internet message header name '{header.get('name')}' should start with 'x-' or 'X-'."
            raise GraphError(400, "InvalidInternetMessageHeader", says)
        mail[str(header["name"])] = str(header.get("value", ""))
    body = message.get("body") or {}
    subtype = "html" if str(body.get("contentType", "text")).lower() == "html" else "plain"
    mail.set_content(str(body.get("content", "")), subtype=subtype)
    return mail.as_bytes()


def _address(recipient: Any) -> Address:  # noqa: ANN401 - JSON as it came
    try:
        said = recipient["emailAddress"]
        return Address(str(said.get("name") or ""), addr_spec=str(said["address"]))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.") from error


ROUTES = (Route("POST", "/users/{user}/sendMail", send_mail),)
