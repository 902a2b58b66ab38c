package passage

import (
	"strings"
	"testing"
)

func TestFileCommand(t *testing.T) {
	for command, want := range map[string]string{
		"1337;File=name=YQ==;size=3:YWJj":                          "File=name=YQ==;size=3:YWJj",
		"1337;File=:YWJj":                                          "File=:YWJj",
		"1337;File=inline=0:YWJj":                                  "File=:YWJj",
		"1337;File=size=3;name=a\x1b[6n;x=y;width=80;name=Yg:YWJj": "File=size=3;name=Yg:YWJj",
		"1337;File=size=3x;size=12345678901234567890:YWJj":         "File=:YWJj",
		"1337;MultipartFile=name=YQ==;size=3":                      "MultipartFile=name=YQ==;size=3",
		"1337;MultipartFile=":                                      "MultipartFile=",
		"1337;FilePart=YWJj":                                       "FilePart=YWJj",
		"1337;FileEnd":                                             "FileEnd",
		"1337;File=inline=1:YWJj":                                  "",
		"1337;File=name=YQ==;inline=:YWJj":                         "",
		"1337;MultipartFile=inline=1;name=YQ==":                    "",
		"1337;File=name=YQ==":                                      "",
		"1337;File":                                                "",
		"1337;File=:YW*j":                                          "",
		"1337;File=:YWJjY":                                         "",
		"1337;FilePart=\x1b":                                       "",
		"1337;FilePart":                                            "",
		"1337;FileEnd=":                                            "",
		"1337;Copy=:YWJj":                                          "",
		"133;File=:YWJj":                                           "",
		"1337;File=" + strings.Repeat("size=1;", 1000) + ":YWJj":   "",
	} {
		got, ok := FileCommand([]byte(command))
		if ok != (want != "") || ok && string(got) != want {
			t.Errorf("%.100q: %q, %v, want %q", command, got, ok, want)
		}
	}
}

func TestIsBase64(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "YQ==": true, "YQ": true, "YWI=": true, "YWJj": true, "+/09": true,
		"Y": false, "YQ===": false, "Y=Q=": false, "YQ==\n": false, "Y-_Q": false, "YÄ=": false,
	} {
		if got := IsBase64([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestTransfers has clipboards and files in a queue.
func TestTransfers(t *testing.T) {
	long := strings.Repeat("YWJj", minClipboard/4+1)
	var q Queue
	for _, command := range []string{
		"52;c;YWJj",            // short
		"52;cpcx;" + long,      // long
		"52;c;" + long + "*",   // no base64
		"1337;FilePart=YWJj",   // of no file
		"1337;FileEnd",         // of no file
		"1337;MultipartFile=",  // begins one
		"1337;FilePart=YQ==",   // of it
		"1337;FilePart=Yg==",   // of it
		"1337;FileEnd",         // ends it
		"1337;FilePart=Yw==",   // of no file
		"1337;File=:YWJj",      // whole
		"1337;FilePart=Yw==",   // of no file
		"1337;CurrentDir=/tmp", // something else
	} {
		q.Transfer([]byte(command))
	}
	q.Replace("cp")
	var got []string
	for _, p := range q.Take() {
		text := string(p.Data)
		if len(text) > 100 {
			text = "long"
		}
		got = append(got, p.Selection+" "+text)
	}
	want := "cp long, MultipartFile=, FilePart=YQ==, FilePart=Yg==, FileEnd, File=:YWJj,cp "
	if text := strings.Join(got, ","); text != want {
		t.Errorf("%q, want %q", text, want)
	}
}
