"""OAuth scopes of the calls we serve, by short name."""

MAIL = "https://mail.google.com/"
"""All of Gmail, permanent deletion included."""
_AUTH = "https://www.googleapis.com/auth/"


def scopes(words: str) -> frozenset[str]:
    """The full scopes of these short names: "mail gmail.modify" → https://mail.google.com/, …/auth/gmail.modify."""
    return frozenset(MAIL if word == "mail" else f"{_AUTH}{word}" for word in words.split())


READ = scopes("mail gmail.modify gmail.readonly")
"""Reading content."""
GLANCE = READ | scopes("gmail.metadata")
"""Reading what is not content."""
MODIFY = scopes("mail gmail.modify")
DELETE = scopes("mail")
METADATA = scopes("gmail.metadata")
"""Alone it forbids `q` and every format that holds a body."""
LABELS = MODIFY | scopes("gmail.labels")
LABELS_READ = GLANCE | scopes("gmail.labels")
INSERT = MODIFY | scopes("gmail.insert")
SEND = MODIFY | scopes("gmail.compose gmail.send gmail.addons.current.action.compose")
PROFILE = GLANCE | scopes("gmail.compose")
OPEN = READ | scopes("gmail.addons.current.message.action gmail.addons.current.message.readonly")
OPEN_GLANCE = OPEN | scopes("gmail.metadata gmail.addons.current.message.metadata")
SETTINGS_READ = READ | scopes("gmail.settings.basic")
SETTINGS_BASIC = scopes("gmail.settings.basic")
SETTINGS_SHARING = scopes("gmail.settings.sharing")

USERS = scopes("admin.directory.user")
USERS_READ = USERS | scopes("admin.directory.user.readonly")
USERS_LIST = USERS_READ | scopes("cloud-platform")
SECURITY = scopes("admin.directory.user.security")
GROUPS_READ = scopes("admin.directory.group admin.directory.group.readonly")
MEMBERS_READ = GROUPS_READ | scopes("admin.directory.group.member admin.directory.group.member.readonly")
DOMAINS_READ = scopes("admin.directory.domain admin.directory.domain.readonly")
UNITS_READ = scopes("admin.directory.orgunit admin.directory.orgunit.readonly")
REPORTS_READ = scopes("admin.reports.audit.readonly")
PUBSUB = scopes("pubsub cloud-platform")
