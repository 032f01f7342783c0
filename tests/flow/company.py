"""A small company whose mail is walked: ordinary letters, attacks, and a house over a real store."""

from datetime import UTC, datetime, timedelta

from mailkeep.decide.judgement import Bench
from mailkeep.decide.policy import shipped_policy
from mailkeep.detect.weights import SHIPPED
from mailkeep.flow.house import House, Tenant
from mailkeep.store.store import open_store

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self, at=START + timedelta(days=30)):
        self.at = at

    def __call__(self):
        self.at += timedelta(seconds=1)
        return self.at


def letter(number, *, to="ada", sender="Cy Dahl <cy@partner.example>", subject="Minutes of the meeting", at=None):
    """An honest mail."""
    moment = at or START + timedelta(hours=number)
    return (
        f"From: {sender}\r\nTo: {to}@corp.example\r\nSubject: {subject} {number}\r\n"
        f"Date: {moment:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{number}.{to}@partner.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\nhere are the minutes of meeting number {number}, as agreed.\r\nBest wishes, Cy\r\n"
    ).encode()


def phish(number, *, to="ada", at=None, host="login-micros0ft-verify.test"):
    """A credential phish that nobody should mistake."""
    moment = at or START + timedelta(hours=number)
    link = f"http://{host}/account/signin/verify?u={to}%40corp.example&t={number:08x}"
    return (
        f'From: "Microsoft Account Team" <security{number}@{host}>\r\nTo: {to}@corp.example\r\n'
        f"Reply-To: collect@drop-box-mail.test\r\nSubject: Urgent: your mailbox will be closed today\r\n"
        f"Date: {moment:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <p{number}.{to}@{host}>\r\n"
        f"Authentication-Results: mx.corp.example; spf=fail smtp.mailfrom={host}; dkim=none; dmarc=fail header.from={host}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"<html><body><p>Dear {to},</p><p>Your Microsoft account password expires today and your mailbox will be closed. "
        "Verify your account immediately, or you lose access to all messages within 24 hours.</p>"
        f'<form action="{link}"><input type="password" name="p"></form>'
        f'<p><a href="{link}">https://login.microsoftonline.com/verify</a></p>'
        "<p>Sign in now with your email and password to confirm your identity.</p></body></html>\r\n"
    ).encode()


def house_of(home, connect, *, clock=None, **changes):
    """A house with one tenant, "corp", over a store in this folder."""
    return House(
        store=open_store(home / "mailkeep.db"),
        tenants={"corp": Tenant(name="corp", connect=connect)},
        bench=Bench(weights=SHIPPED, policy=shipped_policy()),
        clock=clock or Clock(),
        **changes,
    )
