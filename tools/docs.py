"""Finds links in the documents that lead nowhere, and paths of the product that do not exist."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:src|tests|docs|tools|requirements)/[\w./-]+)`")


def faults(document: Path) -> list[str]:
    """Broken links and paths of one document, with their lines."""
    found = []
    for number, line in enumerate(document.read_text().splitlines(), 1):
        broken = [link for link in LINK.findall(line) if not (document.parent / link).exists()]
        broken += [path for path in NAMED.findall(line) if not (ROOT / path).exists()]
        found += [
            f"{document.relative_to(ROOT)}:{number}: {path} does not exist" for path in broken
        ]
    return found


def main() -> int:
    """Look at every document of the checkout."""
    documents = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    found = [fault for document in documents for fault in faults(document)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
