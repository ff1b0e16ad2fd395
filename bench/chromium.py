"""Debian's Chromium, and how it is started wherever the project looks at its own pages."""

EXECUTABLE = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It may run as root, without a screen, and asks nothing of the net on its own account."""
