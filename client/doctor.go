package client

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"gm/client/doctor"
	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/vt"
)

func (o *options) doctorOperands(words []string) error {
	switch {
	case len(words) > 1:
		return errors.New("doctor takes one host, and no command")
	case o.local && len(words) > 0:
		return errors.New("--local and a host exclude each other")
	case len(words) == 1:
		o.destination = words[0]
	}
	return nil
}

// examine runs gm doctor and returns the exit status: exitFailed if the report has a failure.
func examine(o options, version string) (status int, err error) {
	printer := doctorPrinter(&o)
	var report *doctor.Report
	err = interruptible(func(ctx context.Context) error {
		c, err := o.doctorConfig(version, printer)
		if err != nil {
			return err
		}
		if o.destination == "" {
			c.Terminal = askTerminal(os.LookupEnv)
			report = doctor.ExamineHere(ctx, c)
		} else {
			report = doctor.ExamineHost(ctx, c)
		}
		return ctx.Err()
	})
	printer.Busy("")
	if err != nil {
		return exitFailed, err
	}
	if o.json {
		_, err = stdout().Write(report.JSON())
	} else {
		printer.End(report)
	}
	if report.Failed() || err != nil {
		status = exitFailed
	}
	return status, err
}

func (o *options) doctorConfig(version string, printer *doctor.Printer) (doctor.Config, error) {
	if err := o.readSessionEnvironment(os.LookupEnv); err != nil {
		return doctor.Config{}, err
	}
	request, err := o.doctorRequest()
	bound, _ := netip.ParseAddr(o.bindServer)
	return doctor.Config{
		Version: "gm " + version,
		Request: request,
		Env:     sshconfig.LocalEnvironment(),
		Bound:   bound,
		Silence: o.nat,
		Show:    printer.Step,
		Busy:    printer.Busy,
		Configure: func(ctx context.Context, host *sshconfig.Config) (sshboot.Request, []string, error) {
			if err := o.readConfigOf(ctx, host); err != nil {
				return sshboot.Request{}, nil, err
			}
			request, err := o.doctorRequest()
			return request, o.probeArgs(), err
		},
	}, err
}

// probeArgs returns the arguments of the server that tests UDP: its socket is a session's.
func (o *options) probeArgs() []string {
	args := append([]string{"-@", "gm-verb=" + string(sshboot.VerbProbe)}, o.socketArgs()...)
	if o.anyFamily() {
		args = append(args, "-@", "gm-families=all")
	}
	return args
}

// doctorRequest returns the request of a login that begins no session.
func (o *options) doctorRequest() (sshboot.Request, error) {
	request, err := o.request(os.LookupEnv)
	request.Verb, request.ServerArgs, request.Pipe = "", nil, false
	return request, err
}

// suggestDoctor adds a hint to an error: the command that finds its cause, with the options of
// the login. An empty host is this machine.
func suggestDoctor(err error, options []string, host string) error {
	_, refused := errors.AsType[*sshboot.RefusedError](err)
	_, signaled := errors.AsType[signalError](err)
	if err == nil || refused || signaled || host == "" || sshconfig.IsLineError(err) || prompt.IsInterrupted(err) {
		return err
	}
	words := slices.Concat([]string{programGM}, options, []string{string(verbDoctor), host})
	for i, word := range words {
		words[i] = shellquote.Quote(word)
	}
	advice := strings.Join(words, " ") + " looks at each step and names the cause"
	if strings.Contains(hintOf(err), "gm doctor ") {
		return err
	}
	return hint.Add(err, advice)
}

// doctorPrinter returns the printer of the report. Texts of others in it are clean, which the
// report's own sequences must not be.
func doctorPrinter(o *options) *doctor.Printer {
	if o.json {
		return &doctor.Printer{W: io.Discard}
	}
	p := &doctor.Printer{W: os.Stdout, Width: 80}
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return p
	}
	if cols, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		p.Width = cols
	}
	dumb := slices.Contains([]string{"", "dumb"}, os.Getenv("TERM"))
	s, _ := readSettings(programGM, os.LookupEnv)
	p.Live = !dumb && !o.plain && !s.plain
	p.Color = !dumb && !s.noColor
	return p
}

// askTerminal returns the answers of the user's terminal, or nil if standard input, or both
// standard output and standard error, are none: a report may go into a file.
func askTerminal(lookup func(string) (string, bool)) *doctor.Terminal {
	t := &tty{in: os.Stdin, out: os.Stdout}
	if !term.IsTerminal(int(t.out.Fd())) {
		t.out = os.Stderr
	}
	if !term.IsTerminal(int(t.in.Fd())) || !term.IsTerminal(int(t.out.Fd())) {
		return nil
	}
	t.keyboard = newKeyboard(t.in)
	size := t.size()
	answer := &doctor.Terminal{Cols: size.cols, Rows: size.rows}
	if t.makeRaw() != nil {
		return answer
	}
	defer t.restore()
	s, _ := readSettings(programGM, lookup)
	q := termQuery{}
	began := time.Now()
	io.WriteString(t.out, q.start(began, doctorQueries(answer, !vt.UserTerminal(s.term, s.colorTerm).NoDCS && !s.printsDCS)))
	for input := range readUntil(t.keyboard, began.Add(replyTimeout)) {
		q.filter(time.Now(), input)
		if q.done {
			answer.Answered, answer.Took = true, time.Since(began)
			break
		}
	}
	answer.Capabilities, answer.Theme = q.caps, q.theme
	return answer
}

// doctorQueries returns the queries of a session, and some whose answers only a report has.
func doctorQueries(answer *doctor.Terminal, dcs bool) []query {
	note := func(k query, slot *string) query {
		take := k.take
		k.take = func(q *termQuery, body string) {
			*slot = body
			take(q, body)
		}
		return k
	}
	queries := allQueries(dcs, widthsHere)
	for i, k := range queries {
		if k.ask == nameQuery().ask {
			queries[i] = note(k, &answer.Name)
		}
	}
	last := len(queries) - 1
	queries[last] = note(queries[last], &answer.Attributes)
	synchronized := modeQuery(modeSynchronized)
	synchronized.take = func(_ *termQuery, body string) { answer.Synchronized, _ = strconv.Atoi(body) }
	secondary := query{
		ask: "\x1b[>c", heads: []string{"\x1b[>"}, body: decimalDigits + ";", ends: []string{"c"},
		take: func(_ *termQuery, body string) { answer.Secondary = body },
	}
	return slices.Insert(queries, last, synchronized, secondary)
}

// modeSynchronized is the mode in which a terminal shows a frame at once (Contour, VT
// extensions).
const modeSynchronized = 2026

// readUntil returns the reads of in until a time. A read that is under way then is left alone.
func readUntil(in io.Reader, end time.Time) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		reads := make(chan []byte)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				b := make([]byte, maxReply)
				n, err := in.Read(b)
				if err != nil || n == 0 {
					return
				}
				select {
				case reads <- b[:n]:
				case <-stop:
					return
				}
			}
		}()
		timeout := time.After(time.Until(end))
		for {
			select {
			case b := <-reads:
				if !yield(b) {
					return
				}
			case <-timeout:
				return
			}
		}
	}
}
