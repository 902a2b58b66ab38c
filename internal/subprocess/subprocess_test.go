package subprocess

import (
	"os/exec"
	"testing"
)

func TestPlainExecError(t *testing.T) {
	for program, want := range map[string]string{
		"no-such-program":  `"no-such-program" is not a program in PATH`,
		"/no/such/program": `"/no/such/program": no such file or directory`,
	} {
		t.Run(program, func(t *testing.T) {
			if got := StartError(exec.Command(program).Run()); got.Error() != want {
				t.Errorf("%v, want %s", got, want)
			}
		})
	}
}
