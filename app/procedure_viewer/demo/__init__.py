"""The embedded demo server and its synthetic data.

It answers real HTTP on loopback as the FHIR API does that the viewer is made for, so that the viewer needs no mode of
its own for a demonstration. Nobody in the data exists. One gets in with `DEMO_TOKEN` or through OAuth (`oauth`).
`server.serve` is the server, `child.start_demo_server` runs it as a child process.
"""

DEMO_TOKEN = "demo"  # noqa: S105 - it opens synthetic data on this machine only, and the demo guide prints it
"""The bearer token that the demo server accepts."""

FORBIDDEN_TOKEN = "demo-forbidden"  # noqa: S105 - as above
"""A bearer token that the demo server knows but lets see nothing: each read and search is answered with 403."""

PUBLIC_CLIENT = "demo-public"
"""The client that signs people in without a secret, as an installed program does."""

CONFIDENTIAL_CLIENT = "demo-confidential"
"""The client that proves itself with `CLIENT_SECRET`; it may also sign in by itself, without a person."""

CLIENT_SECRET = "demo-secret"  # noqa: S105 - as above
"""The secret of `CONFIDENTIAL_CLIENT`."""

ACCESS_TOKEN_SECONDS = 36_000
"""How long an access token lives that was granted by signing in."""

READY_LINE = "Procedure Viewer demo server: {url}"
"""The first line on standard output, printed when the server listens; `url` is its FHIR base URL."""
