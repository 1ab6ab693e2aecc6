"""The embedded demo server and its synthetic data.

It answers real HTTP on loopback as the FHIR API does that the viewer is made for, so that the viewer needs no mode of
its own for a demonstration. Nobody in the data exists. `server.serve` is the server, `child.start_demo_server` runs it
as a child process.
"""

DEMO_TOKEN = "demo"  # noqa: S105 - it opens synthetic data on this machine only, and the demo guide prints it
"""The bearer token that the demo server accepts."""

FORBIDDEN_TOKEN = "demo-forbidden"  # noqa: S105 - as above
"""A bearer token that the demo server knows but lets see nothing: each read and search is answered with 403."""

READY_LINE = "Procedure Viewer demo server: {url}"
"""The first line on standard output, printed when the server listens; `url` is its FHIR base URL."""
