package client

// usage is the help of gm; %s is the name of the program. It fits a screen of
// 80x24.
const usage = `Usage: %[1]s [options] [--] [user@]host[:port] [command...]
       %[1]s [options] --local [command...]

  --predict=MODE      local echo: adaptive, always, never or experimental
  -a, -n              the same as --predict=always, --predict=never
  -o, --predict-overwrite    predicted text overwrites instead of inserting
  -4, -6              IPv4 only, IPv6 only
  --family=WHICH     prefer-inet (default), prefer-inet6, inet, inet6, auto, all
  -p, --port=PORT[:PORT2]    UDP port of the server (default 60001:60999)
  --bind-server=WHERE address that the server answers from: ssh, any, or an IP
  --ssh="ssh OPTION..."      options of ssh, such as --ssh="ssh -p 2222"
  --ssh-port=PORT     SSH port
  -l, -i, -F, -J, -v  as in ssh: login name, key, configuration, jumps, verbose
  --ssh-option=KEY=VALUE     a setting as in ssh_config
  --server=COMMAND    server to run on the host, such as mosh-server
  --client=PATH       client to run here in place of the built-in one
  --no-init           stay in the terminal's main screen
  --experimental-remote-ip=HOW  UDP address as seen from: proxy, local, remote
  --local             a session on this machine, without SSH
  --print-config      print what ssh_config says of the host, and end
  --help, --version, --no-ssh-pty
In a session, Ctrl-^ is the escape key: Ctrl-^ . quits, Ctrl-^ Ctrl-Z suspends.
`

const clientUsage = `Usage: %[1]s [-# 'ARGS'] IP PORT    with the key in the environment, MOSH_KEY
       %[1]s -c                  print the number of colours of the terminal
`
