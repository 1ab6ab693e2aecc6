; Whether the program runs, in whoever's session: Windows opens no program for writing while it does.

!define GENERIC_WRITE 0x40000000
!define SHARE_EVERYTHING 7 ; a virus scanner that reads it is no hindrance
!define OPEN_EXISTING 3
!define ERROR_SHARING_VIOLATION 32
!define LOOKS 10 ; half a second apart: a program that was just closed may need a moment

!macro DEFINE_REFUSE_WHILE_RUNNING PREFIX
  ; Takes the name of a program from the stack, and puts "yes" or "no" there.
  Function ${PREFIX}IsRunning
    Pop $0
    System::Call 'kernel32::CreateFileW(w "$INSTDIR\$0", i ${GENERIC_WRITE}, i ${SHARE_EVERYTHING}, p 0, i ${OPEN_EXISTING}, i 0, p 0) p.r0 ?e'
    Pop $1
    ${If} $0 P<> -1
      System::Call 'kernel32::CloseHandle(p r0)'
      Push "no"
    ${ElseIf} $1 = ${ERROR_SHARING_VIOLATION}
      Push "yes"
    ${Else}
      Push "no"
    ${EndIf}
  FunctionEnd

  Function ${PREFIX}RefuseWhileRunning
    again:
    ${For} $2 1 ${LOOKS}
      Push "${PROGRAM}"
      Call ${PREFIX}IsRunning
      Pop $3
      Push "${COMMAND}"
      Call ${PREFIX}IsRunning
      Pop $4
      ${If} $3$4 == "nono"
        Return
      ${EndIf}
      Sleep 500
    ${Next}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is running. Please close it in every session of this computer, and try again." /SD IDCANCEL IDRETRY again
    SetErrorLevel ${EXIT_RUNNING}
    Quit
  FunctionEnd
!macroend

!insertmacro DEFINE_REFUSE_WHILE_RUNNING ""
!insertmacro DEFINE_REFUSE_WHILE_RUNNING "un."
