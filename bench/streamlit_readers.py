"""Readers of a Streamlit page by its own protocol, run by `bench.load` in Streamlit's environment.

    python streamlit_readers.py PORT READERS SECONDS

A view: open the websocket, ask for one run of the script, read until it is finished. Prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TIMEOUT_S = 30


async def view(port: int) -> None:
    """One page, from the handshake to the end of the run."""
    origin = f"http://127.0.0.1:{port}"
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(
        address, origin=origin, subprotocols=["streamlit"], max_size=None
    ) as line:
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        await line.send(ask.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await line.recv())
            if told.WhichOneof("type") == "script_finished":
                return


async def reader(port: int, until: float, took: list[float], errors: Counter[str]) -> None:
    """One view after another."""
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            await asyncio.wait_for(view(port), TIMEOUT_S)
        except Exception as problem:
            errors[type(problem).__name__] += 1
        took.append(time.monotonic() - begun)


async def main(port: int, readers: int, seconds: float) -> None:
    """All readers at once."""
    took: list[float] = []
    errors: Counter[str] = Counter()
    begun = time.monotonic()
    ends = begun + seconds
    await asyncio.gather(*(reader(port, ends, took, errors) for _ in range(readers)))
    print(json.dumps({"seconds": time.monotonic() - begun, "took": took, "errors": errors}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
