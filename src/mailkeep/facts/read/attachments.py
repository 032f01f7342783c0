"""What the attachments really are."""

import msgspec

from mailkeep.kit.known import Unknown
from mailkeep.mail import Place


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One attached file, read without being opened."""

    name: str
    extension: str
    """Lower case, without the dot; empty when there is none."""
    declared: str
    """The MIME type the mail claims."""
    true_type: str
    """Short id read from the bytes: "pdf", "zip", "docx", "html", "exe", "png" …; "unknown" when nothing fits."""
    disguised: bool
    """The bytes are of another kind than name or MIME type claim, in a way that matters to a victim."""
    size: int
    sha256: str
    place: Place
    executable: bool
    """Runs when opened: programs, scripts, shortcuts, installers, disk images (by bytes or by extension)."""
    double_extension: bool
    """invoice.pdf.exe, or a right-to-left override in the name."""
    macro: bool | Unknown
    """Holds VBA or XLM code; Unknown where the container could not be read."""
    auto_run: bool
    """Code that runs on open (AutoOpen, Workbook_Open, PDF OpenAction/JavaScript)."""
    external_template: str
    """URL of a remote template or OLE object the document loads; empty when none."""
    encrypted: bool
    """Cannot be read without a password."""
    members: tuple[str, ...]
    """Names inside an archive, nested ones as "outer.zip/inner.js"; bounded."""
    dangerous_members: tuple[str, ...]
    """Those of `members` that run when opened."""
    bomb: bool
    """Unpacks to more than the bound, or nests deeper."""
    html_form: bool
    """An HTML or SVG attachment with a form or password field."""
    html_script: bool
    """An HTML or SVG attachment with a script that builds content (smuggling: atob, Blob, document.write, unescape)."""
    text: str
    """Text extracted from PDF, HTML or Office XML, bounded; empty when none."""
    urls: tuple[str, ...]
    """Link targets found inside."""
