<#
.SYNOPSIS
For the release workflow: puts the certificate into the runner's store and tells the next steps how to sign with it.

.DESCRIPTION
A key in a token or a signing service needs no file: set SIGNTOOL_ARGUMENTS to what its makers say instead.
#>
Set-StrictMode -Version Latest
$ErrorActionPreference = "Stop"
if (-not $env:TIMESTAMP_SERVER) { throw "TIMESTAMP_SERVER is not set: a signature without a time ends with its certificate." }

$file = Join-Path $env:RUNNER_TEMP "certificate.pfx"
[IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
try {
    $password = ConvertTo-SecureString $env:WINDOWS_CERTIFICATE_PASSWORD -AsPlainText -Force
    $certificate = Import-PfxCertificate -FilePath $file -CertStoreLocation Cert:\CurrentUser\My -Password $password
} finally {
    Remove-Item $file
}
$arguments = "/sha1 $($certificate.Thumbprint) /fd sha256 /td sha256 /tr $env:TIMESTAMP_SERVER"
Add-Content $env:GITHUB_ENV "SIGNTOOL_ARGUMENTS=$arguments"

# signtool comes with the Windows SDK, which is not on PATH.
$signtool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\10.*\x64\signtool.exe" | Select-Object -Last 1
Add-Content $env:GITHUB_PATH $signtool.DirectoryName
