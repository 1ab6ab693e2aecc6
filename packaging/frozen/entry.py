"""What the frozen program begins with: the console script's own function."""

import os
import sys

from procedure_viewer.__main__ import main

for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
    if getattr(sys, name) is None:
        # On Windows a program with a window has none, unless somebody redirects them: nobody hears what is said.
        setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for as long as it runs

sys.exit(main())
