"""What Explorer, SmartScreen and inventories read in a program for Windows: its name, version and maker."""

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

PUBLISHER = "Procedure Viewer developers"
ENGLISH, UNICODE = 0x0409, 1200


def version_resource(version: str) -> VSVersionInfo:
    """The resource for a version such as 1.2.3."""
    numbers = tuple([*(int(number) for number in version.split(".")), 0, 0, 0, 0][:4])
    words = {
        "CompanyName": PUBLISHER,
        "FileDescription": "Procedure Viewer",
        "FileVersion": version,
        "InternalName": "procedure-viewer",
        "LegalCopyright": f"{PUBLISHER}, Apache-2.0",
        "ProductName": "Procedure Viewer",
        "ProductVersion": version,
    }
    table = StringTable(f"{ENGLISH:04x}{UNICODE:04x}", [StringStruct(name, value) for name, value in words.items()])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [ENGLISH, UNICODE])])],
    )
