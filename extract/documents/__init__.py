"""Reports as text: plain text, web pages, Word and PDF, each with a map back to its places.

`read` is the one question. Offsets count Unicode code points of `Text.text`; for plain UTF-8 they
are those of the file as received. Nothing is fetched, no macro runs, and a file that cannot be
read whole is refused in words that say what to do next.
"""

from extract.documents.kinds import SUFFIXES
from extract.documents.reader import read
from extract.documents.refusals import RULES, Unreadable
from extract.documents.text import Kind, Place, Text

__all__ = ["RULES", "SUFFIXES", "Kind", "Place", "Text", "Unreadable", "read"]
