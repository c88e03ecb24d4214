"""Counts the rows of each XML file of a store and writes them where node_exporter finds them.

Usage: store_rows.py STORE FOLDER [SECONDS]   with SECONDS it goes on for ever
"""

import os
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from pathlib import Path


def rows(file: Path) -> int:
    """Rows of one file, read as a stream and forgotten at once, so that a large store needs little memory."""
    count = 0
    for _, element in xml.iterparse(file):
        if element.tag == "row":
            count += 1
            element.clear()
    return count


def label(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def metrics(store: Path) -> str:
    counted, broken = [], []
    for file in sorted(store.rglob("*.xml")):
        path = label(str(file.relative_to(store)))
        try:
            counted.append(f'store_total_rows{{path="{path}"}} {rows(file)}')
        except (xml.ParseError, OSError):
            broken.append(f'store_read_error{{path="{path}"}} 1')
    return "\n".join([
        "# HELP store_total_rows Rows in a file of the XML store.",
        "# TYPE store_total_rows gauge",
        *counted,
        "# HELP store_read_error Whether a file of the XML store cannot be read.",
        "# TYPE store_read_error gauge",
        *broken,
        "",
    ])


def write(folder: Path, name: str, text: str) -> None:
    """Whole or not at all: a draft beside the file, then a rename, which nobody can see half done."""
    handle, draft = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(draft, 0o644)
    os.replace(draft, folder / f"{name}.prom")


def main(store: str, folder: str, seconds: str = "0") -> None:
    while True:
        write(Path(folder), "store", metrics(Path(store)))
        if float(seconds) == 0:
            return
        time.sleep(float(seconds))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
