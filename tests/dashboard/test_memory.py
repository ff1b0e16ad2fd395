"""What a process that answers pages does without."""

from __future__ import annotations

import subprocess
import sys


def said_by(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_lean_process_makes_columns_without_pandas() -> None:
    program = (
        "import sys; from dashboard.memory import be_lean, give_back; be_lean();"
        "import pyarrow as pa; pa.table({'a': ['x']}).column('a').to_pylist(); give_back();"
        "print('pandas' in sys.modules, pa.default_memory_pool().backend_name)"
    )
    assert said_by(program) == "False system"


def test_what_has_pandas_already_keeps_it() -> None:
    program = (
        "import pandas; from dashboard.memory import be_lean; be_lean();"
        "import pandas.tseries.offsets; print(pandas.Series([1]).sum())"
    )
    assert said_by(program) == "1"
