from datetime import UTC, datetime
from random import Random

from mailkeep.mail import parse
from mailkeep.simulator.company import make_company
from mailkeep.simulator.machines import news, notice
from mailkeep.simulator.pen import Pen

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
RNG = Random(2)
PEN = Pen(make_company(RNG), RNG)
SERVICES = {service.kind: service for service in PEN.company.services}


def test_a_newsletter_reaches_its_readers_and_can_be_left():
    posts = list(news(PEN, AT, SERVICES["news"]))
    assert len(posts) > 3
    mail = parse(posts[0].raw)
    assert mail.header("List-Unsubscribe")
    assert mail.has_html


def test_notices_link_to_their_own_service():
    for kind in ("task", "share", "account"):
        mail = parse(next(notice(PEN, AT, SERVICES[kind])).raw)
        linked = [anchor.target for anchor in mail.anchors]
        assert all(SERVICES[kind].link_host in target for target in linked)
