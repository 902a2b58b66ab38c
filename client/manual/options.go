package manual

// Options are all options of gm and mosh, in the order of the manual. A test of
// package client holds them against what the command line takes.
func Options() []Option {
	return []Option{
		{Long: "predict", Arg: "MODE", Kind: "adaptive always never experimental",
			Brief: "local echo: adaptive, always, never, experimental",
			Text: "When keys are shown before the host has answered: `adaptive` (the default) if the link is slow, " +
				"`always`, `never`, or `experimental`: always, and without waiting for a first sign that the host echoes."},
		{Short: "a", Long: "predict-always", Brief: "the same as --predict=always"},
		{Short: "n", Long: "predict-never", Brief: "the same as --predict=never"},
		{Short: "o", Long: "predict-overwrite",
			Text: "Predicted text overwrites what is right of the cursor instead of pushing it on."},
		{Short: "4", Long: "inet", Brief: "IPv4 only"},
		{Short: "6", Long: "inet6", Brief: "IPv6 only"},
		{Long: "family", Arg: "WHICH", Kind: "prefer-inet prefer-inet6 inet inet6 auto all",
			Text: "Which addresses of the host are tried: `inet` (IPv4) or `inet6` only, `prefer-inet` (the default) or " +
				"`prefer-inet6` first, `auto` as the system sorts them, `all` in turn until one answers."},
		{Short: "p", Long: "port", Arg: "PORT[:PORT2]", Brief: "UDP port of the server (default 60001:60999)",
			Text: "UDP port of the server, or a range of which it takes the first free one (default `60001:60999`)."},
		{Long: "bind-server", Arg: "WHERE", Kind: "ssh any",
			Text: "Address that the server answers from: `ssh` (the default) for the one that the SSH connection reached, " +
				"`any`, or an IP address."},
		{Short: "l", Long: "login", Arg: "USER", Brief: "login name on the host, as ssh -l"},
		{Short: "i", Long: "identity", Arg: "FILE", Kind: aFile, Brief: "private key, as ssh -i"},
		{Short: "F", Long: "ssh-config", Arg: "FILE", Kind: aFile, Brief: "configuration in place of ~/.ssh/config, as ssh -F"},
		{Short: "J", Long: "jump", Arg: "HOST[,HOST]", Kind: aHost, Brief: "hosts to go through, as ssh -J",
			Text: "Hosts that the SSH connection goes through, as `ssh -J`. UDP can not follow it: the host must be " +
				"reachable by UDP directly."},
		{Long: "ssh-port", Arg: "PORT", Brief: "SSH port, as ssh -p"},
		{Long: "ssh-option", Arg: "KEY=VALUE", Brief: "a setting of ssh_config, as ssh -o"},
		{Long: "ssh", Arg: "COMMAND",
			Text: "Options of ssh for the login, behind the word `ssh`: `--ssh=\"ssh -p 2222 -i key\"`. No ssh is run " +
				"if the command's name is `ssh`; gm has its own."},
		{Long: "server", Arg: "COMMAND", Brief: "server to run on the host, such as mosh-server",
			Text: "Server to run on the host, such as `mosh-server` or a path, in place of the one that gm brings along."},
		{Long: "deploy", Arg: "WHEN", Kind: "auto always never", Brief: "put gm's server on the host: auto, always, never",
			Text: "Whether gm puts its server on the host: `auto` (the default) unless the same one is there, `always` anew, or " +
				"`never`: then the session is served by what gm put there before, or by gm or mosh-server as they are " +
				"installed on the host. `gm help deploy` tells more."},
		{Long: "uninstall",
			Text: "Remove what gm has put on the host, from every place it may be in, say what it was, and end. Sessions " +
				"that run go on."},
		{Long: "client", Arg: "PATH", Kind: aFile,
			Text: "A `mosh-client` to run here in place of the built-in one."},
		{Long: "experimental-remote-ip", Arg: "HOW", Kind: "proxy local remote",
			Text: "Where the address for UDP comes from: `proxy` (the default), the one that SSH connected to; `local`, the " +
				"host's name as looked up here; `remote`, the address that the host itself sees."},
		{Long: "no-ssh-pty", Text: "For mosh's sake, without effect: gm never asks for a pty to log in."},
		{Long: "no-init",
			Text: "Stay in the terminal's main screen, so that what the session showed is left when it ends."},
		{Long: "local", Kind: aCommand, Brief: "a session on this machine, without SSH",
			Text: "A session with a server on this machine, without SSH. Called as `mosh`, the address of this machine " +
				"follows, such as `127.0.0.1`."},
		{Long: "link", Arg: "NETWORK", Brief: "with --local: over a bad network, rtt=500ms,loss=30%",
			Text: "With `--local`: puts a simulated bad network between client and server, such as `rtt=500ms,loss=30%`. " +
				"`gm help link` has the words."},
		{Short: "v", Long: "verbose", Brief: "tell of the login's steps, as ssh -v"},
		{Long: "print-config", Text: "Print what ssh_config says of the host, as `ssh -G` does, and end."},
		{Long: "print-hosts", Text: "Print the hosts that ssh_config and known_hosts name, a line each, and end. Completions use it."},
		{Long: "version", Text: "Print the version, the commit it was built from and the compiler, and end."},
		{Short: "h", Long: "help", Text: "Print the options most used, and end."},
	}
}
