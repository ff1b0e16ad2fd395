"""Every bench, one after the other: `make bench`."""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    ("How reading grows with the text", ["bench.reading"]),
    ("A large set: the store against pandas", ["bench.store"]),
    ("A long export beside XlsxWriter", ["bench.workbook"]),
    ("Pages while a whole workbook is made", ["bench.exports"]),
    ("Files of many rows over HTTP, beside DuckDB's COPY", ["bench.api"]),
    ("The compare page beside a hand-written one, Vizro and Streamlit", ["bench.pages"]),
    ("Fifty readers at once, beside Vizro and Streamlit", ["bench.load"]),
    ("Refreshes killed half-way", ["bench.kill_refreshes", "--kills", "20"]),
)


def main() -> int:
    """Run each bench in a process of its own; the first failure's exit code, else 0."""
    worst = 0
    for title, module in BENCHES:
        print(f"\n== {title} ({' '.join(module)})", flush=True)
        worst = worst or subprocess.run([sys.executable, "-m", *module], check=False).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
