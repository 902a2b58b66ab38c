package deploy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
)

// Uninstall removes gm's files from the host and writes a line for each file to w. host is
// its name for messages.
func Uninstall(ctx context.Context, w io.Writer, client *ssh.Client, host string) error {
	defer context.AfterFunc(ctx, func() { client.Close() })()
	removed, kept, status, err := runUninstall(client, host, "sh", "")
	if status == statusNotFound {
		removed, kept, _, err = runUninstall(client, host, standardShell, standardPath)
	}
	if err != nil {
		return err
	}
	for _, path := range removed {
		fmt.Fprintf(w, "removed %s\n", path)
	}
	if len(removed)+len(kept) == 0 {
		fmt.Fprintf(w, "nothing of gm is on %s\n", host)
	}
	if len(kept) > 0 {
		return &hint.Error{
			Err:  fmt.Errorf("%s: not removed: %s", host, strings.Join(kept, ", ")),
			Hint: "it has other files, a running session, or another owner",
		}
	}
	return nil
}

func runUninstall(client *ssh.Client, host, shell, prelude string) (removed, kept []string, status int, err error) {
	marker := newMarker()
	line, err := scriptLine(shell, marker, prelude, oneLine(uninstallScript))
	if err != nil {
		return nil, nil, 0, err
	}
	var stderr tail
	c, err := openChannel(client, host, line, nil, &stderr, nil)
	if err != nil {
		return nil, nil, 0, err
	}
	defer c.session.Close()
	removed, kept, whole := parseUninstall(c.out, marker)
	if whole {
		return removed, kept, 0, nil
	}
	if exit, ok := errors.AsType[*ssh.ExitError](c.session.Wait()); ok {
		status = exit.ExitStatus()
	}
	return nil, nil, status, &hint.Error{
		Err:  fmt.Errorf("%s: the account's shell did not run gm's command to its end%s", host, stderr.suffix()),
		Hint: "gm needs an account whose shell runs commands with sh",
	}
}

// parseUninstall parses the lines of uninstallScript. whole reports whether it ran to its
// end.
func parseUninstall(out io.Reader, marker string) (removed, kept []string, whole bool) {
	lines := bufio.NewReaderSize(io.LimitReader(out, maxOutput), maxLine)
	for {
		line, err := readBoundedLine(lines)
		_, marked, _ := strings.Cut(line, marker+" ")
		word, path, _ := strings.Cut(marked, " ")
		switch word {
		case "gone":
			removed = append(removed, sanitize.Line(path))
		case "kept":
			if path = sanitize.Line(path); !slices.Contains(kept, path) { // two places may be one
				kept = append(kept, path)
			}
		case "done":
			return removed, kept, true
		}
		if err != nil {
			return removed, kept, false
		}
	}
}
