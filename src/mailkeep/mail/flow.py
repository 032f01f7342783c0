"""Visible text as it runs: white space collapsed, blocks on lines of their own, each piece's offset known."""


class Flow:
    """Text that grows as a page is walked."""

    def __init__(self, limit: int) -> None:
        self.length = 0
        self.is_cut = False
        self._pieces: list[str] = []
        self._limit = limit
        self._breaks = 0
        self._space = False

    def add(self, text: str, *, keep: bool = False) -> None:
        """More text; `keep` leaves its white space alone, as in <pre>."""
        if keep:
            self._append(text.replace("\r\n", "\n"))
            return
        words = text.split()
        if not words:
            self._space = self._space or bool(text)
            return
        if text[0].isspace():
            self._space = True
        self._append(" ".join(words))
        self._space = text[-1].isspace()

    def line(self, count: int = 1) -> None:
        """What follows begins `count` lines further down."""
        self._breaks = max(self._breaks, count)
        self._space = False

    def forced_line(self) -> None:
        """A line break that adds up, as <br> does; no more than two in a row."""
        self._breaks = min(self._breaks + 1, 2)
        self._space = False

    def cell(self) -> None:
        """At least a blank between this and what follows."""
        self._space = True

    def start_of_next(self) -> int:
        """Offset at which the next added text will stand."""
        if not self._pieces:
            return 0
        return self.length + (self._breaks or int(self._space))

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def since(self, start: int) -> str:
        """The text from that offset on; costs only what it gives."""
        found: list[str] = []
        at = self.length
        for piece in reversed(self._pieces):
            if at <= start:
                break
            at -= len(piece)
            found.append(piece)
        return "".join(reversed(found))[max(start - at, 0) :]

    def _append(self, text: str) -> None:
        if not text or self.is_cut:
            return
        if self._pieces:
            text = ("\n" * self._breaks or " " * self._space) + text
        if self.length + len(text) > self._limit:
            text = text[: self._limit - self.length]
            self.is_cut = True
        self._pieces.append(text)
        self.length += len(text)
        self._breaks, self._space = 0, False
