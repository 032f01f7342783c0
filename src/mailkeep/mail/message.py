"""The nouns of one mail: what its bytes say, each thing with its place, and no opinion of any of it."""

from datetime import datetime

import msgspec

from mailkeep.kit.known import Unknown


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where in a mail something stands, so that a person can be shown it."""

    part: str
    """"header", or a MIME part's path ("1", "1.2"; a mail inside a mail continues the path: "2.1.1")."""
    start: int = 0
    """In headers: byte offset into the raw mail. In a text part: character offset into its visible text. Else 0."""
    end: int = 0
    """One past the last byte or character; equal to `start` when the whole part is meant."""
    label: str = ""
    """What a person calls it: "Reply-To", "subject", "body", "link", "invoice.zip"."""


class Header(msgspec.Struct, frozen=True, gc=False):
    """One header line, in the order and number the mail has them."""

    name: str
    """As written, without the colon."""
    value: str
    """Unfolded and RFC 2047-decoded; invisible control characters removed."""
    start: int
    """Byte offset of the name in the raw mail."""
    end: int
    """Byte offset one past the line's last byte, folded lines included, line end excluded."""


class Address(msgspec.Struct, frozen=True, gc=False):
    """One mailbox in an address header (RFC 5322 §3.4), read as mail programs read it."""

    name: str
    """Display name, decoded; empty when there is none."""
    address: str
    """Whole address, lower case, domain in ASCII (IDNA); empty when none could be read."""
    domain: str
    """The part after the last @, lower-case ASCII; empty when there is none."""
    place: Place
    group: str = ""
    """Name of the RFC 5322 group it stood in."""
    comment: str = ""
    """Text of RFC 5322 comments beside it."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the MIME tree, in document order; containers carry no body."""

    path: str
    """IMAP section number: "1", "2.1"; a container's children continue it. The root of a single-part mail is "1"."""
    content_type: str
    """Lower case, without parameters; "text/plain" where the mail states none."""
    charset: str = ""
    """As declared, lower case."""
    disposition: str = ""
    """"attachment", "inline", or empty."""
    filename: str = ""
    """Decoded (RFC 2047, RFC 2231) and stripped of path components; empty when none is stated."""
    other_names: tuple[str, ...] = ()
    """Further file names that another mail program would read from the same headers."""
    content_id: str = ""
    """Without angle brackets."""
    encoding: str = ""
    """Content-Transfer-Encoding as declared, lower case."""
    body: bytes = b""
    """Decoded bytes; empty for a container."""
    size: int = 0
    """True size of the decoded body in bytes, also where `body` was cut."""
    sha256: str = ""
    """Hex digest of the decoded body; empty for a container."""

    @property
    def is_attachment(self) -> bool:
        """True for a part a mail program offers to save: not the shown text, not a container."""
        if self.content_type.startswith("multipart/"):
            return False
        if self.disposition == "attachment" or self.filename:
            return True
        return not self.content_type.startswith("text/") and self.content_type != "message/rfc822"

    @property
    def is_inline_image(self) -> bool:
        """True for a picture that the text shows in its place."""
        return self.content_type.startswith("image/") and (bool(self.content_id) or self.disposition == "inline")


class Anchor(msgspec.Struct, frozen=True, gc=False):
    """One address a reader can be led to by this mail, exactly as written."""

    target: str
    """The URL after <base> is applied, white space and control characters removed as a browser does (WHATWG URL)."""
    shown: str
    """What the reader sees in its place: anchor text, image alt text, button label; empty when nothing."""
    kind: str
    """"anchor" · "area" · "form" · "refresh" · "text" (a bare URL in text) · "image" (remote picture) · "calendar"."""
    place: Place


class Quote(msgspec.Struct, frozen=True, gc=False):
    """A piece of older mail carried in this one's text."""

    kind: str
    """"quoted" (a reply's tail or > lines) or "forwarded"."""
    text: str
    author: str = ""
    """Address or name its introducing line states, lower case; empty when none."""
    subject: str = ""


class Hop(msgspec.Struct, frozen=True, gc=False):
    """One Received header (RFC 5321 §4.4), newest first in `Message.hops`."""

    from_name: str = ""
    """HELO name or reverse name, lower case."""
    from_ip: str = ""
    by: str = ""
    protocol: str = ""
    """"esmtps", "http", "mapi" … lower case."""
    at: datetime | None = None
    """UTC; None when the line states none that can be read."""
    place: Place = Place("header")


class AuthHeader(msgspec.Struct, frozen=True, gc=False):
    """One Authentication-Results header (RFC 8601). Whether it may be believed is not said here."""

    authserv: str
    """The id of the host that claims to have checked, lower case."""
    results: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    """(method, result, properties) as stated: ("spf", "pass", (("smtp.mailfrom", "a@b.example"),)); all lower case."""
    place: Place = Place("header")


class Invite(msgspec.Struct, frozen=True, gc=False):
    """One event of a calendar part (RFC 5545)."""

    method: str = ""
    summary: str = ""
    organizer: str = ""
    """Address, lower case."""
    description: str = ""
    location: str = ""
    place: Place = Place("1")


class Defect(msgspec.Struct, frozen=True, gc=False):
    """Something about this mail's form that is broken, ambiguous, or was cut to stay within bounds."""

    kind: str
    """Kebab-case id: "bad-base64", "too-deep", "duplicate-header", "charset-unknown", …"""
    says: str
    """A clause for a person, with the value in it."""
    place: Place = Place("header")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as its bytes have it. Parsing never fails: what could not be read is in `defects`."""

    digest: str
    """SHA-256 of the raw bytes, hex."""
    size: int
    """Length of the raw bytes."""
    headers: tuple[Header, ...] = ()
    from_: tuple[Address, ...] = ()
    """Every address of every From header; an honest mail has one."""
    sender: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    return_path: Address | None = None
    """Envelope sender as the receiving host recorded it; None when absent or empty (<>)."""
    subject: str = ""
    date: datetime | Unknown = Unknown("no Date header")
    """UTC."""
    zone_minutes: int | Unknown = Unknown("no Date header")
    """Offset of the sender's clock from UTC in minutes, as the Date header states it."""
    message_id: str = ""
    """Without angle brackets."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    text: str = ""
    """What a reader sees, plain text: the HTML part's visible text where there is one, else the plain part's."""
    text_part: str = "1"
    """Path of the part `text` was read from."""
    hidden_text: str = ""
    """Text in the HTML that a reader does not see: evidence, and kept apart from `text`."""
    has_html: bool = False
    new_text: str = ""
    """The words of `text` that are this sender's own: quoted, forwarded and signature-disclaimer parts left out."""
    new_text_start: int = 0
    """Character offset of `new_text` in `text`, so that evidence can be placed."""
    new_spans: tuple[tuple[int, int], ...] = ()
    """(start, end) in `text` of each piece of `new_text`; more than one where new words stand between quotes."""
    quotes: tuple[Quote, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    hops: tuple[Hop, ...] = ()
    auth_headers: tuple[AuthHeader, ...] = ()
    """In the order of the mail, topmost (newest) first."""
    invites: tuple[Invite, ...] = ()
    attached: tuple["Message", ...] = ()
    """Mails attached to this one (message/rfc822), each parsed the same way, within the depth bound."""
    defects: tuple[Defect, ...] = ()

    @property
    def author(self) -> Address:
        """The first From address; an empty one when the mail has none."""
        return self.from_[0] if self.from_ else Address("", "", "", Place("header", label="From"))

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To, Cc and Bcc together, in that order."""
        return self.to + self.cc + self.bcc

    def header(self, name: str) -> str:
        """The first header of that name, any case; empty when absent."""
        found = self.header_line(name)
        return found.value if found else ""

    def header_line(self, name: str) -> Header | None:
        """The first header of that name with its place."""
        wanted = name.lower()
        length = len(wanted)  # told apart by length first: this is asked fifty times a mail
        for header in self.headers:
            if len(header.name) == length and header.name.lower() == wanted:
                return header
        return None

    def headers_named(self, name: str) -> tuple[Header, ...]:
        """Every header of that name, in order."""
        wanted = name.lower()
        return tuple(h for h in self.headers if h.name.lower() == wanted)

    def offset_in_text(self, offset: int) -> int:
        """Where in `text` the character at that offset of `new_text` stands."""
        for start, end in self.new_spans:
            if offset <= end - start:
                return start + offset
            offset -= end - start + 1
        return self.new_text_start + offset

    @property
    def every_part(self) -> tuple[Part, ...]:
        """The parts of this mail and of every mail attached to it."""
        inner = (part for mail in self.attached for part in mail.every_part)
        return (*self.parts, *inner)

    @property
    def attachments(self) -> tuple[Part, ...]:
        """The parts a mail program offers to save."""
        return tuple(part for part in self.parts if part.is_attachment)
