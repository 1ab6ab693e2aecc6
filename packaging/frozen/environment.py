"""Runs before the frozen program: its environment, and that of what it starts, becomes what it would be from source.

What it starts (a browser, a file manager) must not get the program's own libraries. PyInstaller's bootloader puts the
program's folder into the search path of the dynamic loader and keeps what was there before beside it. The loader of
this process has read it by now; a browser that is built on Qt, too, would find our Qt in the place of its own. The
bootloader's notes about this process go as well: any other frozen program would take them for its own. The process of
the demo server, which is this program once more, gets all of it anew from its bootloader.

And where no language is set, Python takes UTF-8 (PEP 538), but not under this bootloader, and Qt would complain.
"""

import os
import sys

for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before is not None:
        os.environ[name] = before
    else:
        os.environ.pop(name, None)
for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]

if sys.platform == "linux" and not os.environ.get("LC_ALL"):
    import _locale

    if _locale.setlocale(_locale.LC_CTYPE, "") in ("C", "POSIX"):
        os.environ["LC_CTYPE"] = "C.UTF-8"
