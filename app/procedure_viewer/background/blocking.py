"""A blocking call, waited for inside the loop, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from procedure_viewer.fhir.outcome import Failure, Problem

Answer = TypeVar("Answer")


async def in_thread(call: Callable[[], Answer], seconds: float, late: Problem) -> Answer:
    """Run a blocking call on a daemon thread; raises Failure(late) after so many `seconds`."""
    waiting: Awaitable[Answer] = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.wait_for(waiting, seconds)
    except TimeoutError as error:
        raise Failure(late) from error
