"""One mail judged: the quiet middle of the corridor, from bytes to verdict, with nothing kept."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mailkeep.decide.judgement import Bench, Judgement
from mailkeep.detect.scene import Scene
from mailkeep.facts.facts import Facts
from mailkeep.facts.vantage import Vantage
from mailkeep.flow.ahead import read
from mailkeep.mail import Message
from mailkeep.people.directory import Mailbox
from mailkeep.profile.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """All that a judgement needs: a bench, a memory, and a place to look from."""

    bench: Bench
    memory: Memory
    vantage: Vantage = field(default_factory=Vantage)

    def __call__(self, raw: bytes, received_at: datetime | None = None) -> tuple[Scene, Judgement]:
        """The mail with everything known about it, and the judgement. Raises: nothing, whatever the bytes."""
        return self.weigh(*read(raw, self.vantage, received_at))

    def weigh(self, message: Message, facts: Facts) -> tuple[Scene, Judgement]:
        """The same for a mail that was read already, from this vantage."""
        history = self.memory.recall(message, facts, mailbox=self.vantage.mailbox)
        scene = Scene(message=message, facts=facts, history=history)
        return scene, self.bench.judge(scene)

    def standing_at(self, mailbox: Mailbox | None, *, sent_folder: bool = False) -> "Judge":
        """The same judge in this mailbox, with the people that the memory knows by now."""
        boundary = self.vantage.boundary
        directory = self.memory.directory()
        here = Vantage(directory=directory, boundary=boundary, mailbox=mailbox, sent_folder=sent_folder)
        return replace(self, vantage=here)

    def learn(self, scene: Scene, *, pardon: bool = False) -> bool:
        """Teaches the memory this mail; False when there was nothing to learn, or nobody's mailbox to learn it for.

        Takes: `pardon` for a mail that was held for an attack and is cleared.
        """
        mailbox, sent = self.vantage.mailbox, self.vantage.sent_folder
        if mailbox is None:
            return False
        return self.memory.learn(scene.message, scene.facts, mailbox=mailbox, sent=sent, pardon=pardon)

    def forget(self, scene: Scene) -> bool:
        """Takes back what this mail taught: it is an attack. False when nothing had been learned from it."""
        mailbox, sent = self.vantage.mailbox, self.vantage.sent_folder
        if mailbox is None:
            return False
        return self.memory.forget_mail(scene.message, scene.facts, mailbox=mailbox, sent=sent)
