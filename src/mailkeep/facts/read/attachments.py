"""What the attachments really are."""

from collections.abc import Iterator

import msgspec

from mailkeep.facts.read import archives, carriers, filetypes, office, pdf, web_files
from mailkeep.facts.read.inside import Inside
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message, Part, Place


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


MOST = 100
"""Attachments looked into, those of attached mails included."""


def read(message: Message) -> tuple[Attachment, ...]:
    """Every attached file of the mail and of the mails attached to it, looked into without being opened."""
    return tuple(_attachment(part) for part, _ in zip(_files(message), range(MOST), strict=False))


def _files(message: Message) -> Iterator[Part]:
    """The attached parts, this mail's first; attached mails come as their own files do, not as one."""
    yield from (part for part in message.attachments if part.content_type != "message/rfc822" or part.body)
    for inner in message.attached:
        yield from _files(inner)


def _attachment(part: Part) -> Attachment:
    kind = filetypes.sniff(part.body, part.filename)
    kind, inside = _look(kind, part.body)
    name = _worst_name(part)
    suffix = filetypes.extension(name)
    return Attachment(
        name=name,
        extension=suffix,
        declared=part.content_type,
        true_type=kind,
        disguised=filetypes.disguised(kind, suffix, part.content_type),
        size=part.size,
        sha256=part.sha256,
        place=Place(part.path, label=name or part.content_type),
        executable=filetypes.runs(kind, suffix),
        double_extension=filetypes.two_extensions(name),
        **{field: getattr(inside, field) for field in Inside.__struct_fields__},
    )


def _worst_name(part: Part) -> str:
    """The stated name, or the one another mail program would read where that would run: the victim's program decides."""
    names = (part.filename, *part.other_names)
    return next((name for name in names if filetypes.runs("unknown", filetypes.extension(name))), part.filename)


_NOTHING = Inside()
_PICTURES = frozenset({"png", "jpg", "gif", "bmp", "webp", "tiff", "ico", "heic", "avif", "empty", "unknown"})


def _look(kind: str, body: bytes) -> tuple[str, Inside]:
    """The type, made exact where only the inside tells it, and what the inside holds."""
    if kind in _PICTURES:
        return kind, _NOTHING
    if kind == "ole":
        return office.read_ole(body)
    if kind in office.OOXML or kind in office.ODF:
        return kind, office.read_ooxml(body)
    if kind == "pdf":
        return kind, pdf.read(body)
    if kind in ("html", "svg", "hta", "mhtml", "xml"):
        return kind, web_files.read(body)
    if kind in archives.KINDS:
        return kind, archives.look(kind, body)
    if kind == "rtf":
        return kind, carriers.read_rtf(body)
    if kind == "one":
        return kind, carriers.read_onenote(body)
    if kind == "lnk":
        return kind, carriers.read_shortcut(body)
    return kind, carriers.read_text(kind, body)
