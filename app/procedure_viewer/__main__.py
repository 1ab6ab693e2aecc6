"""Reads the arguments and hands over to the window, or to the demo server."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from procedure_viewer import __version__

if TYPE_CHECKING:
    from procedure_viewer.bootstrap import Options
    from procedure_viewer.demo.child import DemoServer
    from procedure_viewer.ui.states import Server


def main() -> int:
    """The console script; returns the exit status."""
    arguments = _parser().parse_args()
    if arguments.command == "serve-demo":
        from procedure_viewer.demo.server import serve

        return serve(arguments.port, arguments.latency_ms, arguments.token_seconds)
    if arguments.command == "verify" or arguments.self_check:
        return _answer(arguments)
    demo = _Demo()
    if arguments.demo:
        demo.start()
    try:
        # Imported late, so that a wrong argument is answered at once.
        from procedure_viewer.startup import make_haste

        make_haste()
        from procedure_viewer.bootstrap import run

        return run(_options(arguments, demo))
    finally:
        demo.stop()


def _answer(arguments: argparse.Namespace) -> int:
    """Say on standard output what was asked; whoever reads it may have enough of it before its end (`| head`)."""
    try:
        if arguments.self_check:
            from procedure_viewer.self_check import check

            return check()
        from procedure_viewer.export.verifying import report_on

        status = report_on(arguments.file)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would stumble once more, as it ends, over what could not be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    from procedure_viewer.demo import ACCESS_TOKEN_SECONDS

    parser = argparse.ArgumentParser(
        prog="procedure-viewer",
        description="Find a patient, read the procedures, export the ones that matter.",
    )
    parser.add_argument("--version", action="version", version=f"procedure-viewer {__version__}")
    parser.add_argument(
        "--self-check",
        action="store_true",
        help="tell what works here: settings, policy, certificates, keyring, window system; no server is asked",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--demo", action="store_true", help="use the embedded demo server with synthetic patients")
    where.add_argument("--server", metavar="URL", help="base URL of a FHIR R4 server: https, or http on this machine")
    where.add_argument("--connection", metavar="NAME", default="", help="a saved one; default: the one used last")
    parser.add_argument(
        "--token-stdin",
        action="store_true",
        help="with --server: read a bearer token from standard input",
    )
    parser.add_argument(
        "--tour",
        metavar="DIR",
        type=Path,
        help="do the main job by itself; leave pictures and an export",
    )
    parser.add_argument("--find", metavar="TEXT", default="", help="with --tour or --startup-report: whom to look for")
    parser.add_argument("--seal", action="store_true", help="with --tour: put a manifest beside what is exported")
    parser.add_argument(
        "--startup-report",
        metavar="FILE",
        type=Path,
        help="write when the first window was painted, and the search of --find ended, to FILE, and quit",
    )
    commands = parser.add_subparsers(dest="command", metavar="")
    demo = commands.add_parser("serve-demo", help="run the demo server alone")
    demo.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    demo.add_argument("--latency-ms", type=int, default=0, help="wait so long before each answer")
    demo.add_argument(
        "--token-seconds",
        metavar="N",
        type=int,
        default=ACCESS_TOKEN_SECONDS,
        help="how long an access token lives; with few seconds one sees it renewed",
    )
    check = commands.add_parser("verify", help="tell whether a sealed export was changed since; needs no server")
    check.add_argument("file", metavar="FILE", type=Path, help="an exported file or folder, or its manifest")
    return parser


class _Demo:
    """The embedded demo server, started when it is first wanted."""

    def __init__(self) -> None:
        self._child: DemoServer | None = None

    def start(self) -> None:
        """Have it running; it gets ready in a process of its own while this one goes on."""
        from procedure_viewer.demo.child import start_demo_server

        self._child = self._child or start_demo_server()

    def server(self) -> "Server":
        """The server to talk to, whose address is known once it is ready."""
        from procedure_viewer.settings.connections import Connection, SignInMethod
        from procedure_viewer.ui.states import Server

        self.start()
        assert self._child is not None
        connection = Connection("0" * 32, "", "", SignInMethod.TOKEN)
        return Server(connection, self._child.wait_until_ready, token=self._child.token, is_demo=True, memory_only=True)

    def stop(self) -> None:
        """End it, if it was started."""
        if self._child is not None:
            self._child.stop()


def _options(arguments: argparse.Namespace, demo: _Demo) -> "Options":
    from procedure_viewer.bootstrap import Options

    if arguments.token_stdin and not arguments.server:
        _refuse("--token-stdin goes with --server")
    if arguments.find and not (arguments.tour or arguments.startup_report):
        _refuse("--find goes with --tour or --startup-report")
    if arguments.seal and not arguments.tour:
        _refuse("--seal goes with --tour")
    return Options(
        server=demo.server() if arguments.demo else _given_server(arguments),
        start_demo=demo.server,
        connection=arguments.connection,
        tour=arguments.tour,
        find=arguments.find,
        seal=arguments.seal,
        startup_report=arguments.startup_report,
    )


def _given_server(arguments: argparse.Namespace) -> "Server | None":
    if not arguments.server:
        return None
    from procedure_viewer.settings.connections import AddressRefused, Connection, SignInMethod, checked_base_url
    from procedure_viewer.ui.states import Server

    try:
        base_url = checked_base_url(arguments.server)
    except AddressRefused as refusal:
        _refuse(str(refusal))
    token = (sys.stdin.readline().strip() if arguments.token_stdin else "") or None
    sign_in = SignInMethod.TOKEN if token else SignInMethod.OPEN
    connection = Connection("0" * 32, base_url.partition("://")[2], base_url, sign_in)
    return Server(connection, token=token, memory_only=True)


def _refuse(reason: str) -> NoReturn:
    print(f"procedure-viewer: {reason}", file=sys.stderr)  # noqa: T201 - the answer to a command line
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main())
