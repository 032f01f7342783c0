"""The plainest mail there can be, as nouns: tests change the one fact they are about."""

from datetime import UTC, datetime

import msgspec

from mailkeep.detect.scene import Scene
from mailkeep.facts.facts import Facts
from mailkeep.facts.read.attachments import Attachment
from mailkeep.facts.read.authentication import Authentication
from mailkeep.facts.read.bulk import Bulk
from mailkeep.facts.read.direction import Direction, Way
from mailkeep.facts.read.envelope import Envelope
from mailkeep.facts.read.links import Link
from mailkeep.facts.read.origin import Origin
from mailkeep.facts.read.sender import Sender
from mailkeep.facts.read.thread import Thread
from mailkeep.facts.read.words import Ask, Words
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message, Place
from mailkeep.profile.history import History, Learned

AT = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)
HEAD = Place("header")
LONG_PAST = Learned(mails=1000, since=datetime(2026, 1, 1, tzinfo=UTC), until=AT)
FACTS = Facts(
    sender=Sender(
        name="Erik Holm",
        address="erik@holm-timber.example",
        domain="holm-timber.example",
        registrable="holm-timber.example",
        place=HEAD,
        free_mail=False,
        disposable=False,
        role=False,
        own=False,
        person=None,
        namesakes=(),
        name_address="",
        name_domain="",
        name_brand="",
        resembles_own=None,
        resembles_brand=None,
        several=False,
        random_local=False,
    ),
    reply_to=(),
    envelope=Envelope(
        address="erik@holm-timber.example", registrable="holm-timber.example", place=HEAD, elsewhere=False
    ),
    authentication=Authentication(
        authserv="mx.corp.example",
        spf="pass",
        dkim="pass",
        dmarc="pass",
        arc=Unknown("not stated"),
        spf_domain="holm-timber.example",
        dkim_domains=("holm-timber.example",),
        aligned=True,
        unbelieved=0,
        place=HEAD,
    ),
    direction=Direction(
        way=Way.INCOMING, from_outside=False, own_recipients=1, other_recipients=0, undisclosed=False, to_self=False
    ),
    links=(),
    attachments=(),
    codes=(),
    words=Words(language="en", count=40, asks=()),
    identifiers=(),
    bulk=Bulk(list_id="", unsubscribe=False, one_click=False, precedence="", auto=False, bounce=False, platform=""),
    filters=(),
    thread=Thread(
        claims_reply=False, claims_forward=False, ids=(), subject_key="", has_quote=False, quoted_addresses=()
    ),
    origin=Origin(
        at=AT,
        local_hour=10,
        zone_minutes=0,
        weekday=1,
        ip="192.0.2.10",
        network="192.0.2.0/24",
        client="Outlook",
        message_id_domain="holm-timber.example",
        clock_skew_s=2,
    ),
    tricks=(),
    brands=(),
)


def facts(**changed: object) -> Facts:
    """The plain facts with these fields changed."""
    return msgspec.structs.replace(FACTS, **changed)


def scene(given: Facts = FACTS, history: History | None = None) -> Scene:
    """The plain mail with these facts and this past."""
    return Scene(
        message=Message(digest="0" * 64, size=100), facts=given, history=history or History(at=AT, learned=LONG_PAST)
    )


def asking(*kinds: str) -> Words:
    """Words that ask for these things."""
    return Words(
        language="en", count=40, asks=tuple(Ask(kind=kind, quote=f"please {kind}", place=HEAD) for kind in kinds)
    )


def link(host: str = "quiet-gate.test", **changed: object) -> Link:
    """A plain link to this host."""
    plain = Link(
        url=f"https://{host}/",
        host=host,
        registrable=host,
        scheme="https",
        kind="anchor",
        shown="here",
        place=HEAD,
        wrapped_by="",
        own=False,
        same_as_sender=False,
        ip_host=False,
        punycode=False,
        odd_port=False,
        userinfo=False,
        shortener=False,
        free_host=False,
        redirects_to="",
        carries_recipient=False,
        shown_domain="",
        resembles=None,
        brand_in_host="",
        login_words=False,
        random_host=False,
        rare_suffix=False,
        file_kind="",
    )
    return msgspec.structs.replace(plain, **changed)


def file(name: str = "list.txt", **changed: object) -> Attachment:
    """A plain attached file."""
    plain = Attachment(
        name=name,
        extension=name.rpartition(".")[2],
        declared="text/plain",
        true_type="text",
        disguised=False,
        size=10,
        sha256="0" * 64,
        place=HEAD,
        executable=False,
        double_extension=False,
        macro=False,
        auto_run=False,
        external_template="",
        encrypted=False,
        members=(),
        dangerous_members=(),
        bomb=False,
        html_form=False,
        html_script=False,
        text="",
        urls=(),
    )
    return msgspec.structs.replace(plain, **changed)
