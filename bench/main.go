//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == playerWord {
		exit(play(os.Args[2:]))
	}
	only := flag.String("only", "", "the sections to run, with commas between them; all by default")
	out := flag.String("out", "bench/results", "the `directory` of results, report and figures")
	gm := flag.String("gm", "", "the gm to measure; built if it is not given")
	flag.Parse()
	b := &bench{effort: standard, log: os.Stderr, quietTimeout: 5 * time.Minute}
	exit(b.main(*gm, *out, words(*only)))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// effort is how much is measured.
type effort struct {
	links      []string // in the syntax of simnet.Parse
	keys       int      // typed over each link
	warmup     int      // keys at the start that are not counted: the link has just become bad
	connects   int      // of each kind
	firsts     int      // connects with an upload
	recordings int      // played
	frames     int      // of each recording, at most
	floods     int      // of each kind
	floodSize  int      // bytes
	atOnce     int      // servers that wait at the same time
	settle     time.Duration
	calm       time.Duration // without input before a session is idle
	idleFor    time.Duration

	scrollLinks []string
	scrolls     int // of each kind
	numberLines int // written at once
	buildLines  int
	floodFor    time.Duration // before Ctrl-C

	streamLinks  []string
	streamRuns   int // of each kind
	streamSize   int // bytes of a file
	streamLimit  time.Duration
	pourSize     int // bytes on loopback
	streamFirsts int // first bytes of each kind
	uploadLink   string
	uploadKeys   int
	uploadLead   time.Duration // before the first key

	pictureLink string
	pictureKeys int // typed beside each of the others
}

var standard = effort{
	links: []string{"rtt=100ms", "rtt=500ms", "rtt=100ms,loss=10%", "rtt=100ms,loss=29%", "rtt=500ms,loss=29%"},
	keys:  1000, warmup: 50, connects: 11, firsts: 3, recordings: 99, frames: 40, floods: 3, floodSize: 12 << 20,
	atOnce: 100, settle: 10 * time.Second, calm: 80 * time.Second, idleFor: time.Minute,
	scrollLinks: []string{"rtt=100ms", "rtt=100ms,loss=5%", "rtt=100ms,rate=256k"}, scrolls: 3, numberLines: 10_000, buildLines: 5000,
	floodFor: 3 * time.Second,
	streamLinks: []string{
		"rtt=20ms,rate=100M", "rtt=100ms,rate=100M", "rtt=100ms,loss=1%,rate=100M", "rtt=100ms,loss=5%,rate=100M", "rtt=300ms,loss=2%,rate=100M",
	},
	streamRuns: 3, streamSize: 20_000_000, streamLimit: 20 * time.Second, pourSize: 1 << 30, streamFirsts: 15,
	uploadLink: "rtt=50ms,rate=10M", uploadKeys: 300, uploadLead: 3 * time.Second,
	pictureLink: "rtt=100ms,rate=256k", pictureKeys: 100,
}

type section struct {
	name string
	run  func(*bench) (any, error)
}

var sections = []section{
	{"latency", func(b *bench) (any, error) { return b.latency() }},
	{"connect", func(b *bench) (any, error) { return b.connect() }},
	{"bytes", func(b *bench) (any, error) { return b.bytes() }},
	{"flood", func(b *bench) (any, error) { return b.flood() }},
	{"scrollback", func(b *bench) (any, error) { return b.scrollback() }},
	{"memory", func(b *bench) (any, error) { return b.memory() }},
	{"idle", func(b *bench) (any, error) { return b.idle() }},
	{"streams", func(b *bench) (any, error) { return b.streams() }},
	{"pictures", func(b *bench) (any, error) { return b.pictures() }},
	{"size", func(b *bench) (any, error) { return b.size() }},
}

// rootOnly has the reasons why sections need root.
var rootOnly = map[string]string{
	"memory":     "only root sees that of a gm",
	"scrollback": "only root can make the networks",
	"pictures":   "only root can make the networks",
	"streams":    "only root can make the networks",
}

// reportOnly, given as the section, measures nothing.
const reportOnly = "report"

// main measures the sections that "only" names, or all if it is empty, and writes the
// report.
func (b *bench) main(gm, out string, only []string) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if len(chosen) > 0 {
		err = b.measure(gm, out, chosen)
	}
	if err != nil {
		return err
	}
	return report(out)
}

func choose(only []string) (chosen []section, err error) {
	if len(only) == 0 {
		return sections, nil
	}
	for _, name := range only {
		at := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		switch {
		case at >= 0:
			chosen = append(chosen, sections[at])
		case name != reportOnly:
			return nil, fmt.Errorf("there is no section %q", name)
		}
	}
	return chosen, nil
}

func (b *bench) measure(gm, out string, chosen []section) error {
	close, err := b.prepare(gm)
	if err != nil {
		return err
	}
	defer close()
	if os.Getuid() != 0 {
		fmt.Fprintln(b.log, "bench: only root can make the networks: without, ssh is measured on loopback alone")
	}
	for _, s := range chosen {
		if why := rootOnly[s.name]; why != "" && os.Getuid() != 0 {
			fmt.Fprintf(b.log, "%s: left out: %s\n", s.name, why)
			continue
		}
		if err := b.section(s, out); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func (b *bench) section(s section, out string) error {
	b.awaitQuiet()
	begin, here := time.Now(), thisMachine()
	fmt.Fprintf(b.log, "%s ...\n", s.name)
	if here.busy() {
		fmt.Fprintf(b.log, "%s: the load is %s: the report marks the figures\n", s.name, here.Load)
	}
	defer b.reap()
	result, err := s.run(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.log, "%s took %v\n", s.name, time.Since(begin).Round(time.Second))
	return save(out, s.name, here, result)
}

// awaitQuiet waits at most b.quietTimeout until the machine is quiet. The build and the
// section before have loaded it.
func (b *bench) awaitQuiet() {
	for limit := time.Now().Add(b.quietTimeout); time.Now().Before(limit) && (machine{Load: loadAverage()}).busy(); {
		time.Sleep(time.Second)
	}
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(out))), err
}

type bench struct {
	effort
	log          io.Writer
	dir          string        // holds the files of this run alone
	quietTimeout time.Duration // how long to wait for a quiet machine before each section
	gm           string        // paths of the programs
	self         string
	mark         string // in the environment of every process of this run
}

// prepare builds the programs. close ends every process that was started.
func (b *bench) prepare(gm string) (close func(), err error) {
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "gm-bench-"); err != nil {
		return nil, err
	}
	b.mark = "GM_BENCH=" + filepath.Base(b.dir)
	close = func() {
		b.reap()
		os.RemoveAll(b.dir)
	}
	root, err := moduleRoot()
	if err != nil {
		close()
		return nil, fmt.Errorf("find the sources: %w", err)
	}
	b.gm = filepath.Join(b.dir, "gm")
	get := exec.Command("make", "--silent", "build", "OUT="+b.gm)
	get.Dir = root
	if gm != "" {
		get = exec.Command("cp", gm, b.gm)
	}
	if text, err := get.CombinedOutput(); err != nil {
		close()
		return nil, fmt.Errorf("%q: %w\n%s", get.Args, err, text)
	}
	return close, nil
}

// environment returns the environment of the programs: a home of their own, a UTF-8
// locale, and no variable of the caller.
func (b *bench) environment() []string {
	return []string{
		"HOME=" + b.dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "SHELL=/bin/sh", "TERM=xterm-256color",
		"USER=" + os.Getenv("USER"), "LOGNAME=" + os.Getenv("USER"), b.mark,
	}
}
