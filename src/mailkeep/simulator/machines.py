"""Mail that machines write to a made-up company: newsletters, task boards, file shares, accounts."""

from collections.abc import Iterator
from datetime import datetime

from mailkeep.simulator.company import Party, Service
from mailkeep.simulator.pen import ROBOT, Pen, capital, slug, steady
from mailkeep.simulator.post import Post

_AUTOMATIC = (("Auto-Submitted", "auto-generated"),)
_ACCOUNT = (("reset_subject", "reset"), ("login", "login_body"), ("receipt_subject", "receipt"))


def news(pen: Pen, at: datetime, service: Service) -> Iterator[Post]:
    """One issue of a newsletter, to each of its readers."""
    readers = [each for each in pen.company.employees if steady(each.address + service.name) % 3 == 0]
    subject = pen.say("notice.news_subject", paper=service.name, ref=str(at.timetuple().tm_yday))
    home = f"https://{service.link_host}"
    items = [(pen.say("talk.subject"), pen.say("notice.news")) for _ in range(4)]
    text = "\n\n".join(f"{capital(title)}\n{body}\n{home}/{at:%Y/%m}/{slug(title)}" for title, body in items)
    for reader in readers:
        leave = f"{home}/unsubscribe?u={pen.rng.getrandbits(40):x}"
        headers = (
            ("List-Unsubscribe", f"<{leave}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Id", f"<news.{service.domain}>"),
            ("Precedence", "bulk"),
        )
        body = f"{service.name}\n\n{text}\n\nYou get {service.name} because you subscribed. Unsubscribe: {leave}"
        yield pen.post(pen.draft(at, _robot(service), (reader,), subject, body, headers=headers), "newsletter")


def notice(pen: Pen, at: datetime, service: Service) -> Iterator[Post]:
    """One notice to one person: a task, a shared file, a password reset, a sign-in, a receipt."""
    reader, third = pen.rng.sample(pen.company.employees, 2)
    names = {
        "you": reader.first,
        "third": third.name,
        "service": service.name,
        "link": f"https://{service.link_host}/{pen.rng.getrandbits(48):x}",
        "settings": f"https://{service.link_host}/settings",
        "ref": pen.ref(),
        "amount": pen.amount(),
        "file": f"{slug(pen.say('thing'))}.xlsx",
        "company": pen.company.name,
    }
    names["comment"] = pen.say("notice.comment", **names)
    kinds = {"task": ("task", "task_body"), "share": ("share_subject", "share"), "account": pen.rng.choice(_ACCOUNT)}
    subject, body = (pen.say(f"notice.{name}", **names) for name in kinds[service.kind])
    yield pen.post(pen.draft(at, _robot(service), (reader,), subject, body, headers=_AUTOMATIC), service.kind)


def _robot(service: Service) -> Party:
    return Party(name=service.name, address=service.address, client=ROBOT, ip=service.ip)
