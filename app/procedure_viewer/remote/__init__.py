"""What talks to a FHIR server. No Qt."""

import sys

# httpx takes its command line in with itself where the packages for that happen to be installed (click, rich,
# Pygments): 28 ms of a start. Where the module can't be had it goes without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None: it can't be imported
