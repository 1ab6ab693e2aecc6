<#
.SYNOPSIS
Makes the program for Windows and its installer, on Windows 10 or newer (64 bits).

.DESCRIPTION
Needs Python 3.13 and NSIS 3. Leaves in dist: procedure-viewer-VERSION-windows-x64.exe and its SBOM.

The environment variable SIGNTOOL_ARGUMENTS has what signtool (on PATH) needs to sign, without quotes, such as
`/sha1 THUMBPRINT /fd sha256 /td sha256 /tr TIMESTAMP-SERVER`; without it nothing is signed, and that is said.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1 -Try
#>
[CmdletBinding()]
param(
    # The Python to make the build's own environment with.
    [string] $Python = "python",
    # Install, run and remove what was made. For a machine that is thrown away afterwards.
    [switch] $Try
)
Set-StrictMode -Version Latest
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

# PowerShell goes on after a program that failed.
function Invoke-Program([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with exit code $LASTEXITCODE" }
}

function New-Installer([string] $Version, [string] $Tree, [string] $Output) {
    $list = "$PWD\build\files.nsh"
    Invoke-Program $builder @("packaging\windows\file_list.py", $Tree, $list)
    $defines = @("-DVERSION=$Version", "-DTREE=$Tree", "-DFILE_LIST=$list", "-DICON=$icon", "-DOUTPUT=$Output")
    if ($env:SIGNTOOL_ARGUMENTS) { $defines += "-DSIGN=signtool sign $env:SIGNTOOL_ARGUMENTS" }
    Invoke-Program $makensis (@("-V2", "-WX") + $defines + "packaging\windows\installer.nsi")
}

$found = Get-Command makensis -ErrorAction SilentlyContinue
$makensis = if ($found) { $found.Source } else { Join-Path ${env:ProgramFiles(x86)} "NSIS\makensis.exe" }
if (-not (Test-Path $makensis)) { throw "NSIS is missing: makensis is neither on PATH nor in its usual folder." }

Remove-Item -Recurse -Force -ErrorAction SilentlyContinue "build\release", "build\frozen", "build\pyinstaller"
Invoke-Program $Python @("-m", "venv", "build\release")
$builder = "$PWD\build\release\Scripts\python.exe"
$pip = @("-m", "pip", "--disable-pip-version-check", "--quiet", "install")
Invoke-Program $builder ($pip + @("--require-hashes", "-r", "packaging\frozen\requirements.lock"))
Invoke-Program $builder ($pip + @("--no-deps", "--no-build-isolation", "."))
$version = & $builder -c "from procedure_viewer import __version__; print(__version__)"

Invoke-Program $builder @("-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "--distpath", "build\frozen",
    "--workpath", "build\pyinstaller", "packaging\frozen\procedure-viewer.spec")
$tree = "$PWD\build\frozen\procedure-viewer"
$icon = "$PWD\build\pyinstaller\procedure-viewer\procedure-viewer.ico"
Invoke-Program $builder @("packaging\windows\complete.py", $tree)

if ($env:SIGNTOOL_ARGUMENTS) {
    # Whatever its makers have not signed, so that a rule for publishers (WDAC, AppLocker) lets the whole of it run.
    $unsigned = Get-ChildItem -Recurse -File $tree -Include "*.exe", "*.dll", "*.pyd" |
        Where-Object { (Get-AuthenticodeSignature $_.FullName).Status -eq "NotSigned" }
    foreach ($file in $unsigned) {
        Invoke-Program "signtool" (@("sign", "/q") + $env:SIGNTOOL_ARGUMENTS.Split(" ") + $file.FullName)
    }
} else {
    Write-Warning "SIGNTOOL_ARGUMENTS is not set: nothing is signed, and SmartScreen will warn."
}

New-Item -ItemType Directory -Force dist | Out-Null
$name = "procedure-viewer-$version-windows-x64"
New-Installer $version $tree "$PWD\dist\$name.exe"
Copy-Item "$tree\sbom.cdx.json" "dist\$name.cdx.json"

if ($Try) {
    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue build\trial
    New-Item -ItemType Directory -Force build\trial\older\_internal | Out-Null
    Copy-Item "$tree\*.exe" build\trial\older
    Set-Content build\trial\older\_internal\gone-since.txt "of the older version"
    New-Installer "0.0.1" "$PWD\build\trial\older" "$PWD\build\trial\older.exe"
    Copy-Item "dist\$name.exe" build\trial
    Invoke-Program $builder @("packaging\windows\trial", "build\trial", $version)
}
Get-ChildItem "dist\$name.*"
