package sshclient

import (
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"

	"gm/sshboot/sshconfig"
)

// openSSHAgentPipe is where the agent of Windows' OpenSSH listens.
const openSSHAgentPipe = `\\.\pipe\openssh-ssh-agent`

// defaultAgentSockets are the pipes of the agents to try in turn: the one that
// the user names, or OpenSSH's and PuTTY's.
func defaultAgentSockets(env sshconfig.Environment) []string {
	if pipe, ok := env.Lookup("SSH_AUTH_SOCK"); ok {
		return []string{pipe}
	}
	return []string{openSSHAgentPipe, pageantPipe(principal(env.User), protectMemory)}
}

// principal is the user's name in the domain, name@realm, or account if there
// is none.
func principal(account string) string {
	var name [256]uint16 // the longest that UNLEN allows
	size := uint32(len(name))
	if err := windows.GetUserNameEx(windows.NameUserPrincipal, &name[0], &size); err != nil {
		return account
	}
	return windows.UTF16ToString(name[:])
}

// protectMemory encrypts data with a key that all processes of the user have,
// until the next start (CryptProtectMemory, CRYPTPROTECTMEMORY_CROSS_PROCESS).
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

// dialAgent opens the pipe for overlapped use: on a synchronous handle a
// waiting read would hold up every write.
func dialAgent(pipe string) (io.ReadWriteCloser, error) {
	return os.OpenFile(pipe, os.O_RDWR|windows.O_FILE_FLAG_OVERLAPPED, 0)
}
