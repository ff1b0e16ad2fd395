"""Where no word of plans can stand none is looked for: the hints miss no word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.status import _CAPACITY, _HINTS, _PLAN, _TARGET


@pytest.mark.parametrize("words", [_PLAN, _TARGET, _CAPACITY], ids=["plan", "target", "capacity"])
@given(data=st.data())
def test_every_word_of_a_plan_holds_a_hint(words: re.Pattern[str], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(words.pattern))
    found = words.search(text)
    assert found is not None
    assert _HINTS.search(text, found.start()), text
