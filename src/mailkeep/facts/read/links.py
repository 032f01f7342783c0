"""Where the mail's links lead, as a browser would read them."""

import msgspec

from mailkeep.kit.lookalike import Resemblance
from mailkeep.mail import Place


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One distinct link, unwrapped from the rewriters that gateways put around it."""

    url: str
    """WHATWG-normalised URL (unwrapped)."""
    host: str
    """Lower-case ASCII host; empty for mailto:, tel: and the like."""
    registrable: str
    scheme: str
    kind: str
    """The `Anchor.kind`, or "attachment" (found in an attached file), or "qr"."""
    shown: str
    place: Place
    wrapped_by: str
    """The rewriter it was unwrapped from ("safelinks", "proofpoint", …), else empty."""
    own: bool
    """Leads to one of our domains."""
    same_as_sender: bool
    """Leads to the sender's registrable domain."""
    ip_host: bool
    punycode: bool
    odd_port: bool
    userinfo: bool
    """Text before an @ in the authority, which hides the real host."""
    shortener: bool
    free_host: bool
    """Anybody can publish there (site builders, object stores, tunnels, forms)."""
    redirects_to: str
    """Host of a URL carried in path, query or fragment, when it differs from `host`; else empty."""
    carries_recipient: bool
    """The recipient's address stands in the URL, plain or base64: a lure made for one person."""
    shown_domain: str
    """Registrable domain that `shown` claims when it is not where the link leads; else empty."""
    resembles: Resemblance | None
    """The host imitates an own domain or a brand."""
    brand_in_host: str
    """Id of a brand named in host or path that does not own the host; else empty."""
    login_words: bool
    """Host or path speak of log-in, verification, password or wallet."""
    random_host: bool
    """The registrable label looks machine-made."""
    rare_suffix: bool
    """The public suffix is one whose cheap registrations are mostly abuse (dated list)."""
    file_kind: str
    """Lower-case extension the path ends in when it is a download (zip, exe, html, pdf …); else empty."""
