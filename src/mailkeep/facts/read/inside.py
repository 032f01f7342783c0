"""What a look into a file can find."""

import msgspec

from mailkeep.kit.known import Unknown


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of `Attachment` that only the file's inside can tell; each defaults to nothing found."""

    macro: bool | Unknown = False
    auto_run: bool = False
    external_template: str = ""
    encrypted: bool = False
    members: tuple[str, ...] = ()
    dangerous_members: tuple[str, ...] = ()
    bomb: bool = False
    html_form: bool = False
    html_script: bool = False
    text: str = ""
    urls: tuple[str, ...] = ()


TEXT_CHARS = 100_000
"""Characters of text kept of one file."""
MOST_URLS = 100
"""Link targets kept of one file."""
