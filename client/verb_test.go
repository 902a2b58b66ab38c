package client

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gm/sshboot"
)

func TestReadVerbs(t *testing.T) {
	for args, want := range map[string]sessionOptions{
		"ls":                             {verb: "ls"},
		"ls a b":                         {verb: "ls", hosts: []string{"a", "b"}},
		"ls --json a":                    {verb: "ls", hosts: []string{"a"}, json: true},
		"--json ls a":                    {verb: "ls", hosts: []string{"a"}, json: true},
		"ls a --names":                   {verb: "ls", hosts: []string{"a"}, printNames: true},
		"ls --local":                     {verb: "ls"},
		"attach host":                    {verb: "attach"},
		"attach host work":               {verb: "attach", name: "work"},
		"attach host 3":                  {verb: "attach", name: "3"},
		"attach --share host work":       {verb: "attach", name: "work", role: "share"},
		"attach host work --read-only":   {verb: "attach", name: "work", role: "read-only"},
		"attach --size=smallest host":    {verb: "attach", size: "smallest"},
		"attach host -- work":            {verb: "attach", name: "work"},
		"detach":                         {verb: "detach"},
		"detach host":                    {verb: "detach"},
		"detach host work":               {verb: "detach", names: []string{"work"}},
		"kill host work 3":               {verb: "kill", names: []string{"work", "3"}},
		"--name=work host":               {name: "work"},
		"--name work --share host":       {name: "work", role: "share"},
		"--name=work host ls":            {name: "work"},
		"--linger=7d host":               {linger: "7d"},
		"--linger never --name=a host":   {linger: "never", name: "a"},
		"--size=latest host":             {size: "latest"},
		"-- ls":                          {},
		"-- kill host work":              {},
		"host ls":                        {},
		"--local ls":                     {},
		"-p 60001 attach host work -a":   {verb: "attach", name: "work"},
		"attach ssh://me@host:2222 work": {verb: "attach", name: "work"},
	} {
		t.Run(args, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(args))
			if err != nil {
				t.Fatalf("%v (hint: %s)", err, hintOf(err))
			}
			got := o.sessionOptions
			if len(got.names) == 0 {
				got.names = nil
			}
			if len(got.hosts) == 0 {
				got.hosts = nil
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestReadVerbsWithOtherOptions(t *testing.T) {
	o, err := readOptions(programGM, strings.Fields("-p 60001 attach -J jump me@host work -a"))
	if err != nil || o.destination != "me@host" || o.port != "60001" || o.predict != "always" || !slices.Equal(o.sshWords, []string{"-J", "jump"}) {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = readOptions(programGM, strings.Fields("attach --local work"))
	if err != nil || !o.local || o.destination != localhost || o.name != "work" {
		t.Errorf("local: %+v, %v", o, err)
	}
	if o, err = readOptions(programGM, strings.Fields("kill --help")); err != nil || !o.help {
		t.Errorf("help: %+v, %v", o, err)
	}
}

// A command line that is wrong for a verb says how to reach a host of that name.
func TestReadVerbsRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"attach":                               "no host given",
		"attach host a b":                      "takes one name",
		"attach host a/b":                      "character other than",
		"attach --name=a host":                 "follows the host",
		"attach --linger=1d host":              "--linger is for a new session",
		"attach --size=huge host":              "--size is latest",
		"attach --size=keep host":              "--size is latest",
		"detach host a b":                      "takes one name",
		"detach --share host":                  "belong to gm attach",
		"detach --size=latest host":            "--size belongs",
		"kill":                                 "no host given",
		"kill host":                            "kill needs the name",
		"kill --local":                         "kill needs the name",
		"kill host work --bogus":               "unknown option --bogus",
		"kill --json host work":                "belongs to gm ls",
		"ls --nat=1m host":                     "belongs to gm doctor",
		"doctor --nat=1h host":                 "at most",
		"doctor host true":                     "one host, and no command",
		"doctor --local host":                  "exclude each other",
		"doctor --name=work host":              "belongs to a session",
		"doctor --names host":                  "belongs to gm ls",
		"doctor --share host":                  "belong to gm attach",
		"ls --local host":                      "exclude each other",
		"ls --share":                           "belong to gm attach",
		"ls --uninstall host":                  "--uninstall takes",
		"ls -o Port=22 host":                   "--predict-overwrite",
		"attach -o StrictHostKeyChecking=no h": "--predict-overwrite",
	} {
		t.Run(args, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(args))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("%+v, error %v, want %q", o, err, want)
			}
			verb, _, _ := strings.Cut(args, " ")
			if advice := hintOf(err); !strings.Contains(advice, "gm -- "+verb) && !strings.Contains(advice, "--ssh-option") {
				t.Errorf("hint %q", advice)
			}
		})
	}
	if _, err := readOptions(programGM, []string{"ls", ""}); err == nil {
		t.Error("an empty host is accepted")
	}
}

func TestSessionOptionsRefuse(t *testing.T) {
	for _, args := range []string{
		"--json host", "--names host", "--share host", "--read-only host", "--name= host x --share", "--name=a/b host", "--name=-x host",
		"--linger=soon host", "--linger=-1h host", "--linger=0d host", "--linger=1.5d host", "--linger=d host", "--linger=1ms host", "--size=x host",
		"--name=a --uninstall host", "--print-config ls host",
	} {
		t.Run(args, func(t *testing.T) {
			words := strings.Fields(args)
			if strings.HasSuffix(args, "x --share") {
				words = []string{"--name=", "--share", "host"}
			}
			if o, err := readOptions(programGM, words); err == nil {
				t.Errorf("accepted: %+v", o)
			}
		})
	}
}

func TestMoshHasNoSessions(t *testing.T) {
	o, err := readOptions(programMosh, []string{"ls", "host"})
	if err != nil || o.destination != "ls" || o.verb != "" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, option := range []string{"--name=a", "--linger=1d", "--share", "--read-only", "--size=latest", "--json"} {
		if _, err := readOptions(programMosh, []string{option, "host"}); err == nil {
			t.Errorf("%s is accepted", option)
		}
	}
	env := map[string]string{"GM_LINGER": "1d", "GM_SESSION_SIZE": "largest", "GM_SOCKET": "/x/y"}
	if err := o.readSessionEnvironment(lookupIn(env)); err != nil {
		t.Fatal(err)
	}
	args := strings.Join(serverArgs(o, lookupIn(env)), " ")
	if strings.Contains(args, "sessions") || strings.Contains(args, "gm-") {
		t.Errorf("arguments %s", args)
	}
}

func TestSessionArgs(t *testing.T) {
	env := map[string]string{"GM_SOCKET": "/run/gm/sessions/1-a-b", "GM_SESSION": "outer"}
	for args, want := range map[string]string{
		"--name=work --read-only --size=largest --linger=never host": "new: -@ gm-name=work -@ gm-role=read-only -@ gm-size=largest -@ gm-linger=never -@ gm-by=me@here -@ gm-host=host -@ gm-inside=1-a-b",
		"host":                     "new: -@ gm-by=me@here -@ gm-host=host -@ gm-inside=1-a-b",
		"--local":                  "new: -@ gm-by=me@here -@ gm-inside=1-a-b",
		"attach --share me@h work": "attach: -@ gm-role=share -@ gm-by=me@here -@ gm-host=me@h -@ gm-inside=1-a-b -- work",
		"attach host":              "attach: -@ gm-by=me@here -@ gm-host=host -@ gm-inside=1-a-b",
		"detach host work":         "detach: -@ gm-by=me@here -@ gm-host=host -@ gm-inside=1-a-b -- work",
		"kill host a b":            "kill: -@ gm-by=me@here -@ gm-host=host -@ gm-inside=1-a-b -- a b",
		"ls host":                  "ls:",
	} {
		t.Run(args, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(args))
			if err != nil {
				t.Fatal(err)
			}
			o.by, o.bindServer, o.client = "me@here", "any", "mosh-client"
			got := serverArgs(o, lookupIn(env))
			if i := slices.Index(got, "-@"); i >= 0 {
				got = got[i:] // without those of every session
			}
			if o.verb != "" {
				if !slices.Equal(got[:2], []string{"-@", "gm-verb=" + string(o.verb)}) {
					t.Errorf("mosh-server would begin a session with %q", got)
				}
				got = got[2:]
			}
			verb := string(o.verb)
			if verb == "" {
				verb = "new"
			}
			if text := strings.TrimSpace(verb + ": " + strings.Join(got, " ")); text != want {
				t.Errorf("got  %s\nwant %s", text, want)
			}
		})
	}
}

func TestSessionArgsLeaveOutWhatIsUnfit(t *testing.T) {
	o := options{sessionOptions: sessionOptions{by: "a\nb@c"}, destination: strings.Repeat("h", maxWho+1)}
	if got := o.sessionArgs(lookupIn(nil)); got != nil {
		t.Errorf("got %q", got)
	}
}

func TestPortOfEnvironment(t *testing.T) {
	for args, want := range map[string]string{
		"host": "60007", "-p 60008 host": "60008", "attach host": "60007", "ls host": "", "-p 0 host": "0",
	} {
		t.Run(args, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(args))
			if err == nil {
				err = o.readSessionEnvironment(lookupIn(map[string]string{"GM_PORT": "60007"}))
			}
			if err != nil || o.port != want {
				t.Errorf("port %q, %v", o.port, err)
			}
			if sent := slices.Contains(o.socketArgs(), "60007"); sent != (want == "60007") {
				t.Errorf("arguments %q", o.socketArgs())
			}
		})
	}
	o := options{}
	if err := o.readSessionEnvironment(lookupIn(map[string]string{"GM_PORT": "many"})); err == nil || !strings.HasPrefix(err.Error(), "GM_PORT: ") {
		t.Errorf("a wrong port: %v", err)
	}
}

func TestSessionEnvironment(t *testing.T) {
	env := map[string]string{"GM_LINGER": "1d", "GM_SESSION_SIZE": "largest"}
	for args, want := range map[string][2]string{
		"host": {"1d", "largest"}, "--linger=2d --size=latest host": {"2d", "latest"}, "attach host": {"", "largest"},
	} {
		t.Run(args, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(args))
			if err == nil {
				err = o.readSessionEnvironment(lookupIn(env))
			}
			if err != nil || o.linger != want[0] || o.size != want[1] {
				t.Errorf("linger %q, size %q, %v", o.linger, o.size, err)
			}
		})
	}
	for name := range env {
		o := options{program: programGM}
		if err := o.readSessionEnvironment(lookupIn(map[string]string{name: "bogus"})); err == nil || !strings.HasPrefix(err.Error(), name+" is ") {
			t.Errorf("a bad %s: %v", name, err)
		}
	}
}

func TestWhoami(t *testing.T) {
	if who := whoami(); !strings.Contains(who, "@") || strings.HasPrefix(who, "@") {
		t.Errorf("got %q", who)
	}
}

func TestVerbsAreTheServers(t *testing.T) {
	for _, verb := range []sshboot.Verb{sshboot.VerbList, sshboot.VerbAttach, sshboot.VerbDetach, sshboot.VerbKill} {
		if !slices.Contains(verbs, string(verb)) {
			t.Errorf("%s is a host", verb)
		}
	}
}
