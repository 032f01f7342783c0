"""Finds every detector by its file, and runs them all on one scene."""

import functools
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from types import ModuleType

import msgspec

from mailkeep.detect import behaviour, language, rules
from mailkeep.detect.scene import Detector, Evidence, Scene, Signal
from mailkeep.detect.weights import Weights
from mailkeep.kit.trouble import OperatorError

GROUP = "mailkeep.detectors"
"""Entry-point group through which third parties add detectors: the value is a Detector, or a module of them."""
CHAPTERS = ("Why:", "Innocent:", "Misses:", "Source:")
"""What every page must hold below its sentence."""
MOST_LOOKED_AT = 40
"""Evidence one detector may give before it is cut off: hostile mail can hold a thousand bad links."""
MOST_TOLD = 5
"""Evidence kept in the signal, strongest first."""


class DetectorError(OperatorError):
    """Some detector is misnamed or lacks its page; the message lists every one, with the remedy."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A detector that broke on a mail. The mail goes on; the fault becomes a health check."""

    detector: str
    what: str
    """Kind of error and the line it came from; never text of the mail."""


@functools.cache
def detectors() -> tuple[Detector, ...]:
    """Every detector of this installation, by id.

    Raises: DetectorError listing all that are misnamed, twice there, or without their page.
    Costs: imports some eighty small files, once.
    """
    found, faults = gather((rules, behaviour), (language,))
    for point in entry_points(group=GROUP):
        try:
            found += third_party(point)
        except DetectorError as error:
            faults.append(str(error))
    faults += [fault for each in found for fault in page_faults(each)]
    faults += twice(found)
    if faults:
        raise DetectorError("\n".join(sorted(faults)))
    return tuple(sorted(found, key=lambda each: each.id))


def gather(strict: Iterable[ModuleType], mixed: Iterable[ModuleType]) -> tuple[list[Detector], list[str]]:
    """The detectors in these packages, and a sentence for each file that is not what its name says.

    Takes: `strict` packages, where every file is a detector; `mixed` ones, where other files (a model) may lie beside them.
    """
    found: list[Detector] = []
    faults: list[str] = []
    for package, only in [*((each, True) for each in strict), *((each, False) for each in mixed)]:
        for module in _modules(package):
            name = module.__name__.rpartition(".")[2]
            made = _made_in(module)
            found += [each for key, each in made if key == name and each.id == name.replace("_", "-")]
            faults += [
                f"{module.__name__}: holds the detector {each.id!r} as {key!r}. File, function and id must be one name: "
                f"rename the file to {each.id.replace('-', '_')}.py or the function to {name}."
                for key, each in made
                if key != name or each.id != name.replace("_", "-")
            ]
            if only and not made:
                faults.append(
                    f"{module.__name__}: holds no detector. Define {name} with @detector, or move the file out."
                )
    return found, faults


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for item in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        yield importlib.import_module(item.name)


def _made_in(module: ModuleType) -> list[tuple[str, Detector]]:
    own = ((key, value) for key, value in vars(module).items() if isinstance(value, Detector))
    return [(key, value) for key, value in own if value.find.__module__ == module.__name__]


def third_party(point: EntryPoint) -> list[Detector]:
    """The detectors an entry point names: one Detector, or every one a module holds. Raises: DetectorError."""
    where = f"entry point {GROUP}: {point.name} = {point.value}"
    try:
        made = point.load()
    except (ImportError, AttributeError) as error:
        raise DetectorError(f"{where}: cannot be loaded ({error}). Mend or uninstall that package.") from error
    found = [each for _, each in _made_in(made)] if isinstance(made, ModuleType) else [made]
    if not found or not all(isinstance(each, Detector) for each in found):
        raise DetectorError(f"{where}: holds no detector. Name a Detector, or a module of functions with @detector.")
    return found


def page_faults(each: Detector) -> list[str]:
    """One sentence when this detector's docstring lacks its first line or a chapter."""
    missing = [chapter for chapter in CHAPTERS if chapter not in each.page]
    if not each.page.strip():
        missing = ["the sentence a person reads", *missing]
    if not missing:
        return []
    return [f"{each.find.__module__}: the page of {each.id} lacks {', '.join(missing)} Write it into the docstring."]


def twice(found: Iterable[Detector]) -> list[str]:
    """One sentence for each id that two detectors claim."""
    seen: dict[str, Detector] = {}
    faults = []
    for each in found:
        first = seen.setdefault(each.id, each)
        if first is not each:
            faults.append(f"{each.find.__module__}: {each.id} is there already in {first.find.__module__}. Rename one.")
    return faults


def weigh(scene: Scene, weights: Weights) -> tuple[tuple[Signal, ...], tuple[Fault, ...]]:
    """What every detector says of this scene: signals by weight, signs of trust last, and the detectors that broke."""
    return weigh_with(detectors(), scene, weights)


def weigh_with(
    chosen: Iterable[Detector], scene: Scene, weights: Weights
) -> tuple[tuple[Signal, ...], tuple[Fault, ...]]:
    """The same as `weigh`, with these detectors only."""
    signals: list[Signal] = []
    faults: list[Fault] = []
    for each in chosen:
        try:
            evidence = list(islice(each.find(scene), MOST_LOOKED_AT))
        except Exception as error:  # noqa: BLE001 - one broken detector must not stop a mail from being judged
            faults.append(Fault(detector=each.id, what=_where(error)))
            continue
        if evidence:
            signals.append(_signal(each, evidence, weights))
    signals.sort(key=lambda signal: (-signal.weight, signal.id))
    return tuple(signals), tuple(faults)


def _signal(each: Detector, evidence: list[Evidence], weights: Weights) -> Signal:
    evidence.sort(key=lambda item: -item.strength)
    strongest = min(1.0, max(0.0, evidence[0].strength))
    return Signal(
        id=each.id,
        family=each.family,
        weight=weights.of(each) * strongest,
        evidence=tuple(evidence[:MOST_TOLD]),
        attack=each.attack,
        says=each.sentence,
    )


def _where(error: Exception) -> str:
    """Kind of error and its line. The message itself may quote the mail, so it is left out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
