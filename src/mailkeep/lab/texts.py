"""Labelled texts for the language model: generated drafts, and what of a development corpus may train or only measure it.

What trains what ships must be free to give on: generated mail, the SpamAssassin sets, the public Enron mail and the synthetic
notices. Honeypot phish, list mail and research texts are read for measuring alone; nothing of them enters a model.
"""

import csv
import gzip
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from mailkeep.connect.files import FileMail, read_path
from mailkeep.detect.language.hashing import own_words
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.lures.writer import write_drafts
from mailkeep.mail import parse

ANY: Final = "any"
"""The kind of an attack or spam whose aim nobody has labelled: it teaches the "lure" head alone."""


class Labelled(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One text with its label."""

    text: str
    kind: str
    """One of `lures.templates.KINDS`, `ANY`, or "honest"."""
    source: str
    family: str
    """What is held out together: a template, a campaign, or the text itself."""
    language: str = ""
    """Where known: ISO 639-1."""

    @property
    def lure(self) -> bool:
        """True for everything but honest mail."""
        return self.kind != "honest"


class Archive(msgspec.Struct, frozen=True):
    """One archive of the corpus and how much of it is read."""

    name: str
    kind: str
    one_in: int = 1
    """Every so many mails are read, chosen by their names."""


TRAINING: Final = (
    Archive("spam_spamassassin_dev", ANY),
    Archive("ham_spamassassin_dev", "honest"),
    Archive("ham_synthetic_dev", "honest"),
    Archive("enron_org", "honest", 12),
    Archive("enron_inbound_undated", "honest", 2),
)
"""What may train a model that is given on."""
MEASURING: Final = (
    Archive("phishing_pot_dev", ANY),
    Archive("fraud_lists_dev", ANY),
    Archive("ham_lists_dev", "honest"),
    Archive("ham_transactional_dev", "honest"),
)
"""What only measures."""
MEASURING_TEXTS: Final = ("texts_fraud_vs_business_dev", "texts_419_scambaiting_dev")


def drafts(seed: int, count: int) -> Iterator[Labelled]:
    """Generated texts, half of them lures."""
    for draft in write_drafts(seed, count):
        yield Labelled(
            text=f"{draft.subject}\n{draft.body}",
            kind=draft.kind,
            source="generated",
            family=f"{draft.intent}/{draft.template}",
            language=draft.language,
        )


def read_training(corpus: Path) -> Iterator[Labelled]:
    """The mail of the corpus that may train what ships. Raises: OperatorError when an archive is missing."""
    yield from _read_archives(corpus, TRAINING)


def read_measuring(corpus: Path) -> Iterator[Labelled]:
    """The mail and texts of the corpus that only measure. Raises: OperatorError when one is missing."""
    yield from _read_archives(corpus, MEASURING)
    for name in MEASURING_TEXTS:
        yield from _read_texts(_there(corpus / f"{name}.jsonl.xz"), name)


def _read_archives(corpus: Path, archives: tuple[Archive, ...]) -> Iterator[Labelled]:
    families = _families(_there(corpus / "index.tsv.gz"))
    for archive in archives:
        for item in read_path(_there(corpus / f"{archive.name}.tar.xz")):
            if not isinstance(item, FileMail):
                continue
            name = item.path.rpartition("/")[2].rpartition("!")[2]
            if archive.one_in > 1 and random.Random(name).randrange(archive.one_in):  # noqa: S311 - a fixed sample
                continue
            text = own_words(parse(item.raw))
            yield Labelled(text=text, kind=archive.kind, source=archive.name, family=families.get(name, name))


def _families(index: Path) -> dict[str, str]:
    """File name → what is held out with it: the template's purpose for synthetic mail, else the campaign."""
    families = {}
    with gzip.open(index, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            purpose = row["path"].split("/")
            families[row["id"]] = purpose[1] if row["archive"].startswith("ham_synthetic") else f"c{row['cluster']}"
    return families


def _read_texts(path: Path, name: str) -> Iterator[Labelled]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            kind = ANY if row["label"] else "honest"
            yield Labelled(text=f"{row['subject']}\n{row['body']}", kind=kind, source=name, family=f"{name}{number}")


def _there(path: Path) -> Path:
    if not path.is_file():
        raise OperatorError(f"{path}: no such file. Name the folder that holds the development corpus with --corpus.")
    return path
