"""Credential Manager and what is put into it."""

import ctypes
from collections.abc import Iterator
from ctypes import wintypes
from typing import NamedTuple

import checks

from procedure_viewer.keychain.store import SERVICE, Keychain

THIS_COMPUTER = 2
"""CRED_PERSIST_LOCAL_MACHINE: the entry does not go with the person to other computers."""
LONGEST = 2560
"""Bytes that Windows' Credential Manager takes (CRED_MAX_CREDENTIAL_BLOB_SIZE). Wine's takes any number."""
_ACCOUNT = "https://server.example/fhir trial"


class _Credential(ctypes.Structure):
    """CREDENTIALW, as far as it is read here."""

    _fields_ = (
        ("flags", wintypes.DWORD),
        ("kind", wintypes.DWORD),
        ("target", wintypes.LPWSTR),
        ("comment", wintypes.LPWSTR),
        ("written", wintypes.FILETIME),
        ("size", wintypes.DWORD),
        ("blob", ctypes.c_void_p),
        ("persist", wintypes.DWORD),
    )


def keep_long_secrets_in_short_entries() -> None:
    """A signed token may be longer than an entry."""
    keychain = Keychain()
    others = _sizes()
    for secret in ("t" * 12_000, "\N{GRINNING FACE}" * 4_000, "short", "t" * 5_000):
        keychain.set(_ACCOUNT, secret)
        checks.holds(
            keychain.get(_ACCOUNT) == secret, f"a secret of {len(secret.encode('utf-16-le'))} bytes comes back"
        )
        sizes = _sizes()
        number, longest = len(sizes) - len(others), max(sizes)
        checks.holds(longest <= LONGEST, f"in {number} entries; none of ours has more than {longest} bytes")
    checks.equal({entry.persist for entry in _entries()}, {THIS_COMPUTER}, "all of them stay on this computer")
    keychain.delete(_ACCOUNT)
    checks.equal(_sizes(), others, "deleted, they are all gone; what is left has these bytes")


def _sizes() -> list[int]:
    """The length of each entry of ours. (Their names change: keyring gives the plain one to the entry written last.)"""
    return sorted(entry.size for entry in _entries())


class _Entry(NamedTuple):
    size: int
    persist: int


def _entries() -> Iterator[_Entry]:
    """Ours among all that there are."""
    advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
    number, found = wintypes.DWORD(), ctypes.POINTER(ctypes.POINTER(_Credential))()
    if not advapi32.CredEnumerateW(None, 0, ctypes.byref(number), ctypes.byref(found)):
        return  # there are none
    try:
        for place in range(number.value):
            entry = found[place].contents
            if SERVICE in entry.target:
                yield _Entry(entry.size, entry.persist)
    finally:
        advapi32.CredFree(found)
