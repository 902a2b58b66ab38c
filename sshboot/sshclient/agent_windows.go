package sshclient

import (
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"

	"gm/sshboot/sshconfig"
)

// openSSHAgentPipe is the pipe of the agent of OpenSSH for Windows.
const openSSHAgentPipe = `\\.\pipe\openssh-ssh-agent`

// defaultAgentSockets returns the pipe in SSH_AUTH_SOCK, or else those of OpenSSH and
// PuTTY.
func defaultAgentSockets(env sshconfig.Environment) []string {
	if pipe, ok := env.Lookup("SSH_AUTH_SOCK"); ok {
		return []string{pipe}
	}
	return []string{openSSHAgentPipe, pageantPipe(principal(env.User), protectMemory)}
}

// principal returns the user principal name, name@realm, or account if there is none.
func principal(account string) string {
	var name [256]uint16 // the longest that UNLEN allows
	size := uint32(len(name))
	if err := windows.GetUserNameEx(windows.NameUserPrincipal, &name[0], &size); err != nil {
		return account
	}
	return windows.UTF16ToString(name[:])
}

// protectMemory encrypts data in place with a key that all processes of the user share
// until the next boot (CryptProtectMemory, CRYPTPROTECTMEMORY_CROSS_PROCESS).
func protectMemory(data []byte) error {
	const crossProcess = 1
	call := windows.NewLazySystemDLL("crypt32.dll").NewProc("CryptProtectMemory")
	if err := call.Find(); err != nil {
		return err
	}
	ok, _, err := call.Call(uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)), crossProcess)
	if ok == 0 {
		return os.NewSyscallError("CryptProtectMemory", err)
	}
	return nil
}

// dialAgent opens the pipe for overlapped I/O: on a synchronous handle a pending read
// blocks every write.
func dialAgent(pipe string) (io.ReadWriteCloser, error) {
	return os.OpenFile(pipe, os.O_RDWR|windows.O_FILE_FLAG_OVERLAPPED, 0)
}
