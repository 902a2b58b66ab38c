package manual

// Options returns all options of gm, in the order of the manual. A test of package client
// compares them with the parser's.
func Options() []Option { return append(sessionOptions(), moshOptions()...) }

// sessionOptions returns the options of gm that mosh does not have.
func sessionOptions() []Option {
	return []Option{
		{Long: "name", Arg: "NAME", Brief: "enter the session NAME, or begin it",
			Text: "Enter the session of this name on the host, or begin it if there is none. See `gm help sessions`."},
		{Long: "linger", Arg: "TIME",
			Text: "How long a new session stays at its shell's prompt without a client, such as `12h`, `7d` (the default) or " +
				"`never`. A session that runs something else stays in any case."},
		{Long: "share", Text: "With `gm attach` or --name: leave the other clients in the session. All of them type."},
		{Long: "read-only", Text: "With `gm attach` or --name: see the session beside its other clients. Keys have no effect."},
		{Long: "size", Arg: "WHICH", Kind: "latest smallest largest",
			Text: "The window that sets the size of a session with several clients: that of the client that typed `latest` (the " +
				"default), the `smallest` or the `largest`."},
		{Long: "json", Text: "With `gm ls`: print the sessions as an array of JSON objects. With `gm doctor`: print the report as one."},
		{Long: "nat", Arg: "TIME", Text: "With `gm doctor`: how long a router has to keep the way for datagrams open (default `10s`)."},
		{Long: "names", Text: "With `gm ls`: print the names of sessions, those of other hosts from the notes, one per line. For completions."},
	}
}

func moshOptions() []Option {
	return []Option{
		{Long: "predict", Arg: "MODE", Kind: "adaptive always never experimental",
			Brief: "local echo: adaptive, always, never, experimental",
			Text: "When to show keys before the host has answered: `adaptive` (the default) if the link is slow, " +
				"`always`, `never`, or `experimental`: always, even before the host has confirmed a prediction."},
		{Short: "a", Long: "predict-always", Brief: "same as --predict=always"},
		{Short: "n", Long: "predict-never", Brief: "same as --predict=never"},
		{Short: "o", Long: "predict-overwrite",
			Text: "Let predicted text overwrite the text right of the cursor instead of moving it."},
		{Short: "4", Long: "inet", Text: "IPv4 only."},
		{Short: "6", Long: "inet6", Text: "IPv6 only."},
		{Long: "family", Arg: "WHICH", Kind: "prefer-inet prefer-inet6 inet inet6 auto all",
			Text: "Addresses of the host to try: only `inet` (IPv4) or `inet6`, first `prefer-inet` (the default) or " +
				"`prefer-inet6`, `auto` in the order of the system, `all` in turn until one answers."},
		{Short: "p", Long: "port", Arg: "PORT[:PORT2]", Brief: "UDP port of the server (default 60001:60999)",
			Text: "UDP port of the server, or a range from which it takes the first free one (default `60001:60999`). " +
				"All of your sessions on the host can use the same single port."},
		{Long: "bind-server", Arg: "WHERE", Kind: "ssh any",
			Text: "Address on which the server listens: `ssh` (the default), `any`, or an IP address. `ssh` is the one " +
				"that the SSH connection reached, but any with gm's server unless a family is chosen."},
		{Long: "path", Arg: "WHICH", Kind: "auto udp ssh",
			Text: "Path of the session's packets: `auto` (the default) is UDP, and the SSH connection where UDP does not get " +
				"through; `udp` or `ssh` is that one alone. See `gm help udp`."},
		{Long: "scrollback", Arg: "WHICH", Kind: "native off",
			Text: "Where lines go that scroll off the screen: `native` (the default), into the scrollback of your terminal, " +
				"or `off`: the session is on the terminal's alternate screen. See `gm help scrollback`."},
		{Long: "plain",
			Text: "For screen readers and braille displays: messages of gm come once each, in a row below the session, and predictions " +
				"are not underlined. See `gm help accessibility`."},
		{Long: "scrollback-lines", Arg: "LINES",
			Text: "How many lines the server keeps for the scrollback (default 10000, at most 100000)."},
		{Short: "T", Long: "no-tty",
			Text: "Run the command, or the login shell, without a terminal: standard input, output and error are pipes, binary and " +
				"apart, and the exit status is the program's, as with `ssh -T`. It is the default for a command if standard input or " +
				"output is no terminal. The program survives what a session survives."},
		{Short: "L", Long: "local-forward", Arg: "[BIND:]PORT:HOST:HOSTPORT",
			Text: "Forward connections to a port here to a host and port as seen from the host, as `ssh -L`; either side may be the " +
				"path of a Unix socket. Forwardings go through the session and survive what it survives. See `gm help forwarding`."},
		{Short: "R", Long: "remote-forward", Arg: "[BIND:]PORT:HOST:HOSTPORT",
			Text: "Forward connections to a port of the host to a host and port as seen from here, as `ssh -R`; with PORT alone the " +
				"host's programs choose the target by SOCKS."},
		{Short: "D", Long: "dynamic-forward", Arg: "[BIND:]PORT",
			Text: "Forward connections to a port here to targets that programs choose by SOCKS 4 or 5, as `ssh -D`."},
		{Long: "confirm-agent", Text: "Ask before the host uses a key of the agent that -A forwards. See `gm help forwarding`."},
		{Short: "A", Long: "forward-agent",
			Text: "Let the host use the ssh-agent of this machine while this client is in the session, as `ssh -A`."},
		{Short: "X", Long: "forward-x11",
			Text: "Let graphical programs of the host use the X server of this machine, as `ssh -X`: untrusted, and for 20 minutes, " +
				"unless ForwardX11Trusted and ForwardX11Timeout in ~/.ssh/config differ."},
		{Short: "Y", Long: "forward-x11-trusted", Text: "The same, trusted: they may do all that programs here may, as `ssh -Y`."},
		{Short: "x", Long: "no-forward-x11", Text: "Do not forward X11, whatever ~/.ssh/config has, as `ssh -x`."},
		{Short: "N", Long: "no-command", Text: "Run nothing on the host, and only forward, as `ssh -N`."},
		{Short: "l", Long: "login", Arg: "USER", Brief: "login name on the host, as ssh -l"},
		{Short: "i", Long: "identity", Arg: "FILE", Kind: aFile, Brief: "private key, as ssh -i"},
		{Short: "F", Long: "ssh-config", Arg: "FILE", Kind: aFile, Brief: "configuration in place of ~/.ssh/config, as ssh -F"},
		{Short: "J", Long: "jump", Arg: "HOST[,HOST]", Kind: aHost, Brief: "hosts to go through, as ssh -J",
			Text: "Hosts that the SSH connection goes through, as `ssh -J`. The host itself must still be reachable " +
				"by UDP directly."},
		{Long: "ssh-port", Arg: "PORT", Brief: "SSH port, as ssh -p"},
		{Long: "ssh-option", Arg: "KEY=VALUE", Brief: "a setting of ssh_config, as ssh -o"},
		{Long: "ssh", Arg: "COMMAND",
			Text: "An ssh command line with options for the login, such as `--ssh=\"ssh -p 2222 -i key\"`. If the " +
				"command is called `ssh`, gm applies the options itself and does not run ssh."},
		{Long: "server", Arg: "COMMAND", Brief: "server to run on the host, such as mosh-server",
			Text: "Server to run on the host, such as `mosh-server` or a path, instead of gm's own."},
		{Long: "deploy", Arg: "WHEN", Kind: "auto always never", Brief: "put gm's server on the host: auto, always, never",
			Text: "When to upload gm's server to the host: `auto` (the default) unless the host has it, `always`, or " +
				"`never`: then gm uses the server that it uploaded before, or a gm or mosh-server installed on the " +
				"host. See `gm help deploy`."},
		{Long: "uninstall",
			Text: "Remove all files that gm has stored on the host, list them, and exit. Running sessions continue."},
		{Long: "client", Arg: "PATH", Kind: aFile,
			Text: "Run this `mosh-client` here instead of the built-in one."},
		{Long: "experimental-remote-ip", Arg: "HOW", Kind: "proxy local remote",
			Text: "Source of the address for UDP: `proxy` (the default), the one that SSH connected to; `local`, the " +
				"host's name as looked up here; `remote`, the address that the host itself sees."},
		{Long: "no-ssh-pty", Text: "For compatibility with mosh, without effect: gm never requests a pty for the login."},
		{Long: "no-init",
			Text: "Do not use the terminal's alternate screen, so that the session's last screen stays after its end."},
		{Long: "local", Kind: aCommand, Brief: "a session on this machine, without SSH",
			Text: "A session with a server on this machine, without SSH. With `mosh`, an address of this machine " +
				"follows, such as `127.0.0.1`."},
		{Long: "link", Arg: "NETWORK", Brief: "with --local: over a bad network, rtt=500ms,loss=30%",
			Text: "With `--local`: simulate a bad network between client and server, such as `rtt=500ms,loss=30%`. " +
				"See `gm help link`."},
		{Short: "v", Long: "verbose", Brief: "report the steps of the login, as ssh -v"},
		{Long: "print-config", Text: "Print the ssh_config settings for the host, as `ssh -G`, and exit."},
		{Long: "print-hosts", Text: "Print the hosts in ssh_config and known_hosts, one per line, and exit. For completions."},
		{Long: "version", Text: "Print the version, the commit it was built from and the compiler, and exit."},
		{Short: "h", Long: "help", Text: "Print the most common options, and exit."},
	}
}
