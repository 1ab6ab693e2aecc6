"""What can be had of Wine, and not of Windows itself."""

import ctypes
import winreg
from collections.abc import Iterator
from contextlib import contextmanager

IS_HERE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


@contextmanager
def playing(version: str, program: str) -> Iterator[None]:
    """Have Wine be another Windows (`win81`, `win11`) for a program of that name."""
    key = rf"Software\Wine\AppDefaults\{program}"
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
        winreg.SetValueEx(opened, "Version", 0, winreg.REG_SZ, version)
    try:
        yield
    finally:
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
