import asyncio

from tests.simulator.graph.desk import ANN, Desk, mail, refused

from mailkeep.simulator.graph.routes import error_reply
from mailkeep.simulator.graph.throttle import Limits


class Mischief:
    """Refuses what its word is in; marks every answer."""

    def __init__(self, word=""):
        self.word = word

    async def before(self, request):
        return error_reply(503, "ServiceUnavailable", "Later.") if self.word and self.word in request.path else None

    def after(self, request, reply):
        reply.headers["Played"] = "yes"
        return reply


async def test_a_user_or_mailbox_that_is_not_there_is_told_apart():
    desk = Desk()
    assert refused(await desk.ask("GET", "/users/nobody")) == (404, "Request_ResourceNotFound")
    assert refused(await desk.ask("GET", "/users/nobody/messages")) == (404, "ErrorInvalidUser")
    desk.office.person(ANN).licensed = False
    assert refused(await desk.ask("GET", f"/users/{ANN}/messages")) == (404, "MailboxNotEnabledForRESTAPI")
    assert (await desk.ask("GET", f"/users/{ANN}")).status == 200


async def test_what_the_store_cannot_find_is_said_in_its_words():
    desk = Desk()
    spelled = desk.office.deliver(ANN, mail())
    desk.office.remove(ANN, spelled)
    assert refused(await desk.ask("GET", f"/users/{ANN}/messages/{spelled}")) == (404, "ErrorItemNotFound")
    assert refused(await desk.ask("GET", f"/users/{ANN}/messages/nonsense")) == (400, "ErrorInvalidIdMalformed")
    assert refused(await desk.ask("POST", f"/users/{ANN}/mailFolders", b"{")) == (400, "BadRequest")
    assert refused(await desk.ask("POST", f"/users/{ANN}/mailFolders", b"[]")) == (400, "BadRequest")


async def test_faults_answer_in_place_of_the_handler_and_touch_every_answer():
    desk = Desk(faults=Mischief("messages"))
    assert refused(await desk.ask("GET", f"/users/{ANN}/messages")) == (503, "ServiceUnavailable")
    assert (await desk.ask("GET", f"/users/{ANN}")).headers == {"Played": "yes"}


async def test_every_request_served_is_counted_by_its_route():
    desk = Desk()
    for _ in range(3):
        await desk.ask("GET", f"/users/{ANN}/messages")
    assert desk.service.counts == {("GET", "/users/{user}/messages"): 3}


async def test_a_slot_is_held_as_long_as_the_answer_takes():
    desk = Desk(latency_s=0.02)
    asked = [asyncio.ensure_future(desk.ask("GET", f"/users/{ANN}/messages")) for _ in range(5)]
    statuses = sorted([(await each).status for each in asked])
    assert statuses == [200, 200, 200, 200, 429]
    assert (await desk.ask("GET", f"/users/{ANN}/messages")).status == 200


async def test_a_refused_request_leaves_no_slot_taken():
    desk = Desk(limits=Limits(concurrent=1))
    for _ in range(3):
        assert (await desk.ask("GET", f"/users/{ANN}/messages/nonsense")).status == 400
        assert (await desk.ask("GET", "/users/nobody/messages")).status == 404
    assert (await desk.ask("GET", f"/users/{ANN}/messages")).status == 200
