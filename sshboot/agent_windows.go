package sshboot

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// openSSHAgentPipe is where the agent of Windows' OpenSSH listens.
const openSSHAgentPipe = `\\.\pipe\openssh-ssh-agent`

func defaultAgentSocket(lookup func(string) (string, bool)) string {
	if pipe, ok := lookup("SSH_AUTH_SOCK"); ok {
		return pipe
	}
	return openSSHAgentPipe
}

// dialAgent opens the pipe for overlapped use: on a synchronous handle a
// waiting read would hold up every write.
func dialAgent(pipe string) (io.ReadWriteCloser, error) {
	return os.OpenFile(pipe, os.O_RDWR|windows.O_FILE_FLAG_OVERLAPPED, 0)
}
