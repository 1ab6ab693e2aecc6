"""However the program ends, it ends in time and takes its demo server with it."""

import signal

from tests.desktop.conftest import Start
from tests.desktop.program import SECONDS_TO_END, Program, is_running
from tests.desktop.waiting import eventually
from tests.servers import ScriptedServer, stall


def demo_child(program: Program) -> int:
    """The process of the demo server."""
    (child,) = eventually(program.children, "the demo server's process")
    return child


def test_the_demo_server_is_gone_after_the_window_was_closed(start: Start) -> None:
    program = start("--demo")
    window = program.window()
    child = demo_child(program)
    assert is_running(child)
    program.display.ask_to_close(window)
    assert program.process.wait(SECONDS_TO_END) == 0
    assert not is_running(child)
    assert program.errors() == ""


def test_the_demo_server_is_gone_after_the_window_was_killed(start: Start) -> None:
    program = start("--demo")
    program.find("jones 1980-11-13")
    child = demo_child(program)
    program.process.kill()
    assert program.process.wait() == -signal.SIGKILL
    eventually(lambda: not is_running(child), "the end of the demo server")


def test_quitting_does_not_wait_for_the_server(start: Start) -> None:
    with ScriptedServer(stall()) as server:
        program = start("--server", server.url)
        program.search("alder")
        server.wait_for_request()
        assert program.quit() == 0
        assert program.errors() == ""


def test_quitting_before_the_first_answer_of_the_demo_server(start: Start) -> None:
    program = start("--demo")
    assert program.quit() == 0
    assert program.errors() == ""
