package sshboot

import (
	"cmp"
	"context"
	"io"
	"time"

	"gm/sshboot/deploy"
	"gm/sshboot/prompt"
)

// Uninstall removes gm's files from all places on the host and writes a line for each
// file. Running sessions continue.
func Uninstall(ctx context.Context, w io.Writer, r Request) error {
	b := newBoot(r)
	conn, config, err := b.connect(ctx)
	if err != nil {
		return toHintError(err)
	}
	defer conn.Close()
	b.wait.Enter(prompt.StageShell, nil, "%s to run gm's command", config.Alias)
	defer b.wait.Leave()
	defer time.AfterFunc(cmp.Or(b.limits, deploy.DefaultLimits).Script, func() { conn.Client.Close() }).Stop()
	return toHintError(deploy.Uninstall(ctx, w, conn.Client, config.Alias))
}
