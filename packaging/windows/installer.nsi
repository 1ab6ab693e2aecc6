; The installer for Windows 10 (1809) and newer, 64 bits: for one person without administrator's rights, or for everybody.
; `makensis -DVERSION=... -DTREE=... -DFILE_LIST=... -DICON=... -DOUTPUT=... installer.nsi`; see build.ps1.
;
; Silent (/S) it asks nothing and answers with an exit code:
;    0  done
;    2  it was begun and could not be finished; what it had written is gone again
;  112  too little room on the disk; nothing was changed
;  740  /AllUsers needs an administrator; nothing was changed
; 1150  this Windows is too old; nothing was changed
; 1603  the older version could not be removed
; 1618  the program is running (Intune and Configuration Manager try again by themselves then); nothing was changed

!ifndef VERSION | TREE | FILE_LIST | ICON | OUTPUT
  !error "VERSION, TREE, FILE_LIST, ICON and OUTPUT have to be given"
!endif

!define NAME "Procedure Viewer"
!define PROGRAM "procedure-viewer.exe"
!define COMMAND "procedure-viewer-cli.exe"
!define PUBLISHER "Procedure Viewer developers"
!define UNINSTALL_KEYS "Software\Microsoft\Windows\CurrentVersion\Uninstall"
!define UNINSTALL_KEY "${UNINSTALL_KEYS}\procedure-viewer"
!define APP_PATHS_KEYS "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define APP_PATHS_KEY "${APP_PATHS_KEYS}\${PROGRAM}"
!define OLDEST_BUILD 17763 ; Windows 10 1809, Qt's own mark

!define EXIT_DISK_FULL 112
!define EXIT_NOT_ADMINISTRATOR 740
!define EXIT_WINDOWS_TOO_OLD 1150
!define EXIT_NOT_REMOVED 1603
!define EXIT_RUNNING 1618

Target amd64-unicode
Name "${NAME}"
Caption "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
SetCompressor /SOLID lzma
SetCompressorDictSize 64
AllowSkipFiles off ; a file that can't be written ends it, instead of being left out in silence
ManifestDPIAware true
BrandingText " "
; MultiUser.nsh would put its own folder over the one of /D=.
InstallDir ""

!ifdef SIGN
  ; The uninstaller is made while the installer is compiled, so it has to be signed then.
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "${PUBLISHER}, Apache-2.0"

; Who may become an administrator is asked to, and may choose; everybody else installs for themselves.
!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_NOUNINSTALL ; the uninstaller knows for whom it was installed
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"

!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include "${FILE_LIST}"
!include "running.nsh"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var Uninstaller
Var ChosenFolder
Var Begun

!macro END_WITH CODE WORDS
  MessageBox MB_OK|MB_ICONSTOP "${WORDS}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend
!define EndWith "!insertmacro END_WITH"

Function .onInit
  ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    ${EndWith} ${EXIT_WINDOWS_TOO_OLD} "${NAME} needs Windows 10 (version 1809) or newer."
  ${EndIf}
  ; MultiUser.nsh says this in a window, which nobody would see behind a silent installation.
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    UserInfo::GetAccountType
    Pop $1
    ${If} $1 != "Admin"
      ${EndWith} ${EXIT_NOT_ADMINISTRATOR} "Installing ${NAME} for everybody needs an administrator."
    ${EndIf}
  ${EndIf}
  StrCpy $ChosenFolder $INSTDIR
  !insertmacro MULTIUSER_INIT
  ${If} $MultiUser.Privileges != "Admin" ; "Power" users of old had rights that they have no more
    Call MultiUser.InstallMode.CurrentUser
  ${EndIf}
  ${If} $ChosenFolder != ""
    StrCpy $INSTDIR $ChosenFolder
  ${EndIf}
FunctionEnd

Section
  Call RefuseWhileRunning
  Call RefuseWithoutRoom
  Call RemoveOlderVersion
  StrCpy $Begun 1
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${TREE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  ${If} ${Errors}
    Abort "${NAME} could not be written to $INSTDIR."
  ${EndIf}

  ; Start, Run and `start procedure-viewer` find it by this.
  WriteRegStr SHCTX "${APP_PATHS_KEY}" "" "$INSTDIR\${PROGRAM}"
  StrCpy $Uninstaller '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" "$Uninstaller"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" "$Uninstaller /S"
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${INSTALLED_KILOBYTES}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

; Before the older version is touched: else a full disk would leave neither.
Function RefuseWithoutRoom
  ${GetRoot} "$INSTDIR" $0
  ${DriveSpace} "$0\" "/D=F /S=M" $1
  IntOp $2 ${INSTALLED_KILOBYTES} / 1024
  IntOp $2 $2 + 20
  ${If} $1 != ""
  ${AndIf} $1 < $2
    ${EndWith} ${EXIT_DISK_FULL} "${NAME} needs $2 MB on $0, which has $1."
  ${EndIf}
FunctionEnd

; An older version knows best what it consists of.
Function RemoveOlderVersion
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == ""
  ${OrIfNot} ${FileExists} "$0\uninstall.exe"
    Return
  ${EndIf}
  ; With _?= it works where it lies and is waited for; its own file it can't remove then.
  ClearErrors
  ExecWait '"$0\uninstall.exe" /S /$MultiUser.InstallMode _?=$0' $1
  ${If} ${Errors}
  ${OrIf} $1 <> 0
    ${If} $1 = ${EXIT_RUNNING}
      ${EndWith} ${EXIT_RUNNING} "${NAME} is running. Please close it in every session of this computer first."
    ${EndIf}
    ${EndWith} ${EXIT_NOT_REMOVED} "The older version in $0 could not be removed (exit code $1)."
  ${EndIf}
  Delete "$0\uninstall.exe"
  RMDir "$0"
FunctionEnd

; Half a program is none: what was written before it failed goes again.
Function .onInstFailed
  ${If} $Begun = 1
    !insertmacro REMOVE_INSTALLED_FILES
    Delete "$INSTDIR\uninstall.exe"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    SetOutPath "$TEMP"
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

Function un.onInit
  ; For whom it was installed is in the registry; a path is compared by Windows' rules, upper case or lower.
  SetShellVarContext all
  StrCpy $MultiUser.InstallMode AllUsers
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 != $INSTDIR
    SetShellVarContext current
    StrCpy $MultiUser.InstallMode CurrentUser
    Return
  ${EndIf}
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 != "Admin"
    ${EndWith} ${EXIT_NOT_ADMINISTRATOR} "${NAME} was installed for everybody: removing it needs an administrator."
  ${EndIf}
FunctionEnd

; What people have set, and their sign-ins, are theirs: the settings folder and Credential Manager stay as they are.
Section Uninstall
  Call un.RefuseWhileRunning
  SetOutPath "$TEMP" ; a folder that a process stands in can't be removed
  Delete "$INSTDIR\${PROGRAM}" ; first of all: from now on nobody can start it
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ${EndWith} ${EXIT_NOT_REMOVED} "${NAME} could not be removed from $INSTDIR."
  ${EndIf}
  !insertmacro REMOVE_INSTALLED_FILES
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR ; else another one is installed, and these are its own
    Delete "$SMPROGRAMS\${NAME}.lnk"
    DeleteRegKey SHCTX "${APP_PATHS_KEY}"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  ${EndIf}
  ${If} $MultiUser.InstallMode == CurrentUser ; who had installed nothing for themselves before had none of these
    DeleteRegKey /ifempty HKCU "${APP_PATHS_KEYS}"
    DeleteRegKey /ifempty HKCU "${UNINSTALL_KEYS}"
    RMDir "$LOCALAPPDATA\Programs"
  ${EndIf}
SectionEnd
