package licenses

import (
	"os/exec"
	"strings"
	"testing"
)

// TestThirdParty holds the text against what go.mod and the sources import.
func TestThirdParty(t *testing.T) {
	out, err := exec.Command("go", "run", "./collect").Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != ThirdParty {
		t.Error(`THIRD_PARTY_LICENSES is out of date: run "go generate ./internal/licenses"`)
	}
	for _, want := range []string{"the Go standard library", "golang.org/x/crypto", "github.com/ulikunitz/xz", "Copyright"} {
		if !strings.Contains(ThirdParty, want) {
			t.Errorf("no word of %s", want)
		}
	}
}
