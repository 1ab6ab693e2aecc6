"""Reads the arguments and hands over to the window, or to the demo server."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from procedure_viewer import __version__

if TYPE_CHECKING:
    from procedure_viewer.bootstrap import Options
    from procedure_viewer.ui.states import Server


def main() -> int:
    """The console script; returns the exit status."""
    arguments = _parser().parse_args()
    if arguments.command == "serve-demo":
        from procedure_viewer.demo.server import serve

        return serve(arguments.port, arguments.latency_ms)
    if arguments.demo:
        return _run_with_demo(arguments)
    # Imported late, so that a wrong argument is answered at once.
    from procedure_viewer.bootstrap import run

    return run(_options(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="procedure-viewer",
        description="Find a patient, read the procedures, export the ones that matter.",
    )
    parser.add_argument("--version", action="version", version=f"procedure-viewer {__version__}")
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
    parser.add_argument("--find", metavar="TEXT", default="", help="with --tour: whom to look for")
    parser.add_argument(
        "--startup-report", metavar="FILE", type=Path, help="write when the first window was painted to FILE, and quit"
    )
    commands = parser.add_subparsers(dest="command", metavar="")
    demo = commands.add_parser("serve-demo", help="run the demo server alone")
    demo.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    demo.add_argument("--latency-ms", type=int, default=0, help="wait so long before each answer")
    return parser


def _run_with_demo(arguments: argparse.Namespace) -> int:
    """The demo server starts in a process of its own while this one is still importing."""
    from procedure_viewer.demo.child import start_demo_server

    demo = start_demo_server()
    try:
        from procedure_viewer.bootstrap import run
        from procedure_viewer.ui.states import Server

        # Its name is given where it can be translated.
        server = Server("", demo.wait_until_ready, token=demo.token, is_demo=True)
        return run(_options(arguments, server))
    finally:
        demo.stop()


def _options(arguments: argparse.Namespace, server: "Server | None" = None) -> "Options":
    from procedure_viewer.bootstrap import Options

    if arguments.token_stdin and not arguments.server:
        _refuse("--token-stdin goes with --server")
    if arguments.find and not arguments.tour:
        _refuse("--find goes with --tour")
    return Options(
        server=server or _given_server(arguments),
        connection=arguments.connection,
        tour=arguments.tour,
        find=arguments.find,
        startup_report=arguments.startup_report,
    )


def _given_server(arguments: argparse.Namespace) -> "Server | None":
    from procedure_viewer.settings.connections import AddressRefused, checked_base_url
    from procedure_viewer.ui.states import Server

    if not arguments.server:
        return None
    try:
        base_url = checked_base_url(arguments.server)
    except AddressRefused as refusal:
        _refuse(str(refusal))
    token = sys.stdin.readline().strip() if arguments.token_stdin else None
    return Server(base_url.partition("://")[2], base_url, token=token or None)


def _refuse(reason: str) -> NoReturn:
    print(f"procedure-viewer: {reason}", file=sys.stderr)  # noqa: T201 - the answer to a command line
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main())
