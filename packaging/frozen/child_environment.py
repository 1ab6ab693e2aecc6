"""Runs before the frozen program: what it starts (a browser, a file manager) must not get the program's own libraries.

PyInstaller's bootloader puts the program's folder into the search path of the dynamic loader and keeps what was there
before beside it. The loader of this process has read it by now; a browser that is built on Qt, too, would find our Qt
in the place of its own. The bootloader's notes about this process go as well: any other frozen program would take them
for its own. The demo server's process, which is this program once more, gets all of it anew from its bootloader.
"""

import os

for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before is not None:
        os.environ[name] = before
    else:
        os.environ.pop(name, None)
for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]
