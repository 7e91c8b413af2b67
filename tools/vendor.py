"""Fetch the pinned front-end packages, check their hashes and lay down only what the pages use.

Run by hand when a version or the list of icons changes: `.venv/bin/python tools/vendor.py`.
Needs `npm` and a package index; the product itself needs neither, for the results are committed.
`--check` fetches nothing and tells whether the committed files are the recorded ones.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "src/preceptor/web/static"
RECORD = STATIC / "vendor/LICENSES.md"
SCRIPT = STATIC / "js/htmx.min.js"
SPRITE = STATIC / "icons.svg"


@dataclass(frozen=True)
class Package:
    """One package of the npm registry, pinned by version and by the hash of its archive."""

    name: str
    version: str
    licence: str
    sha256: str


HTMX = Package(
    "htmx.org",
    "4.0.1",
    "0BSD",
    "5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c",
)
TABLER_ICONS = Package(
    "@tabler/icons",
    "3.51.0",
    "MIT",
    "b30108713d3fa60aee862c2a133225da8e0f309be0708fe2925763ff810c766c",
)

# Only what some page shows: the sprite is fetched with the first page of every visit.
ICONS = """
    alert-triangle arrow-down arrow-left arrow-right arrow-up book-2 building building-hospital
    calendar calendar-event certificate chart-bar check chevron-down chevron-left chevron-right
    circle circle-check circle-dashed circle-dot circle-minus circle-x clipboard-check
    clipboard-text clock columns compass database dots download external-link eye
    file-certificate file-import file-spreadsheet file-text file-type-docx file-type-html
    file-type-pdf file-upload filter flag gavel hash help-circle history home hourglass-empty
    id-badge-2 inbox info-circle key language layout-dashboard link list-check list-details
    lock logout mail map-pin menu-2 minus moon palette pencil player-pause plus printer refresh
    replace report-analytics route scale school search selector settings shield-check snowflake
    stack-2 stethoscope sun sun-moon table template timeline-event trash upload user
    user-circle users users-group world x
"""


def fetch(package: Package, folder: Path) -> tarfile.TarFile:
    """Give the archive of a package; raises ValueError when its hash is not the pinned one."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent"]
    subprocess.run([*command, "--pack-destination", str(folder)], check=True, capture_output=True)
    stem = package.name.removeprefix("@").replace("/", "-")
    archive = folder / f"{stem}-{package.version}.tgz"
    found = digest(archive)
    if found != package.sha256:
        raise ValueError(f"{package.name} {package.version}: sha256 is {found}, not the pinned one")
    return tarfile.open(archive)


def digest(path: Path) -> str:
    """Give the sha256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(archive: tarfile.TarFile, member: str) -> str:
    """Give the text of one file of an archive; raises KeyError when it is not there."""
    opened = archive.extractfile(f"package/{member}")
    if opened is None:
        raise KeyError(f"{member} is not a file of the archive")
    return opened.read().decode("utf-8")


def symbol(name: str, drawing: str) -> str:
    """Turn one icon's drawing into a symbol of the sprite."""
    inside = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "", inside)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes.split())}</symbol>'


def sprite(archive: tarfile.TarFile) -> str:
    """Give the sprite of all used icons, one symbol a line."""
    names = ICONS.split()
    symbols = [symbol(name, read(archive, f"icons/outline/{name}.svg")) for name in names]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def record(licence_texts: dict[Package, str]) -> str:
    """Give the page of names, versions, licences and hashes of what is vendored."""
    rows = [
        f"| `{path.relative_to(STATIC)}` | {package.name} {package.version} | {package.licence} "
        f"| `{digest(path)}` | `{package.sha256}` |"
        for path, package in ((SCRIPT, HTMX), (SPRITE, TABLER_ICONS))
    ]
    head = [
        "# Vendored files",
        "",
        "Written by `tools/vendor.py`; change the versions there, not here.",
        "",
        "| file | package | licence | sha256 of the file | sha256 of the package archive |",
        "| --- | --- | --- | --- | --- |",
    ]
    texts = [
        f"\n## {package.name} {package.version}: {package.licence}\n\n```\n{text.strip()}\n```"
        for package, text in licence_texts.items()
    ]
    return "\n".join([*head, *rows, *texts, ""])


def vendor() -> None:
    """Fetch both packages and write the script, the sprite and the record of licences."""
    with tempfile.TemporaryDirectory() as folder:
        htmx = fetch(HTMX, Path(folder))
        icons = fetch(TABLER_ICONS, Path(folder))
        minified = read(htmx, "dist/htmx.min.js")
        SCRIPT.write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", minified))
        SPRITE.write_text(sprite(icons))
        texts = {HTMX: read(htmx, "LICENSE"), TABLER_ICONS: read(icons, "LICENSE")}
    RECORD.write_text(record(texts))


def altered() -> list[str]:
    """Give the vendored files whose hash is not the recorded one, or that are not there."""
    recorded = RECORD.read_text()
    return [
        str(path.relative_to(STATIC))
        for path in (SCRIPT, SPRITE)
        if not path.exists() or digest(path) not in recorded
    ]


def main() -> int:
    """Vendor, or with --check compare; exit 1 when a file is not the recorded one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, fetch nothing")
    if not parser.parse_args().check:
        vendor()
    changed = altered()
    for path in changed:
        print(f"{path} is not the recorded file: run tools/vendor.py", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
