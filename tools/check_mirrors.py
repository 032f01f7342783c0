"""Every module has its own test file, and every test file its module: tests/<room>/test_<module>.py."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "mailkeep"
TESTS = ROOT / "tests"

# Tests that are of no single module: the contract every connector keeps, pages, whole-product stories.
FREE_STANDING = {"contracts", "story", "tools"}


def main() -> int:
    """Prints what is missing or orphaned; 1 when anything is."""
    wanted = {mirror(module) for module in modules_with_code()}
    present = {path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    optional = {mirror(module) for module in SRC.rglob("*.py")} | page_tests()
    missing = sorted(wanted - present)
    orphans = sorted(p for p in present - optional if p.parts[0] not in FREE_STANDING and len(p.parts) > 1)
    for path in missing:
        print(f"missing: tests/{path} (its module has code and no test file of its own)")
    for path in orphans:
        print(f"orphan: tests/{path} (no module src/mailkeep/{path.parent}/{path.stem.removeprefix('test_')}.py)")
    return 1 if missing or orphans else 0


def modules_with_code() -> list[Path]:
    """Modules that define a function or method, detectors apart: their pages are their tests."""
    return [
        path
        for path in SRC.rglob("*.py")
        if path.name != "__init__.py" and not is_detector(path) and "migrations" not in path.parts and has_code(path)
    ]


def is_detector(path: Path) -> bool:
    """True for the one-file detectors, which are tested by tests/detect/<id>.md."""
    return path.parent.parent.name == "detect" and "@detector(" in path.read_text()


def has_code(path: Path) -> bool:
    """True when the module does anything beyond naming nouns with one-line views on themselves."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return any(len([line for line in body_of(node) if not is_docstring(line)]) > 1 for node in functions)


def body_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The function's statements."""
    return node.body


def is_docstring(node: ast.stmt) -> bool:
    """True for a bare string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def mirror(module: Path) -> Path:
    """The test file that belongs to a module, below tests/."""
    inside = module.relative_to(SRC)
    return inside.parent / f"test_{inside.stem}.py"


def page_tests() -> set[Path]:
    """Harnesses that run a folder of pages or a shared contract, or meet a program that somebody else wrote."""
    return {
        Path("detect/test_pages.py"),
        Path("connect/gmail/test_emulator.py"),  # an independent Gmail
        Path("simulator/graph/test_sdk.py"),  # Microsoft's own client
    }


if __name__ == "__main__":
    sys.exit(main())
