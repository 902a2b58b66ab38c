package client

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"

	"github.com/spf13/pflag"
)

// clientOptions is a command line of mosh-client, read and checked.
type clientOptions struct {
	colors, version bool
	server          netip.AddrPort
}

// errUsage says that a command line has nothing to complain about but does not
// ask for anything either.
var errUsage = errors.New("an IP address and a port are needed")

// readClientOptions reads the arguments of mosh-client. -v, which makes
// mosh-client tell about each datagram, is taken and has no effect; -# is what
// ps shows of the wrapper's command line.
func readClientOptions(args []string) (clientOptions, error) {
	var o clientOptions
	f := pflag.NewFlagSet(programMoshClient, pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringP("args", "#", "", "")
	f.BoolVarP(&o.colors, "colors", "c", false, "")
	f.CountP("verbose", "v", "")
	f.BoolVar(&o.version, "version", false, "")
	if err := f.Parse(args); err != nil {
		return clientOptions{}, err
	}
	if o.colors || o.version {
		return o, nil
	}
	if f.NArg() != 2 {
		return clientOptions{}, errUsage
	}
	return o, o.endpoint(f.Arg(0), f.Arg(1))
}

func (o *clientOptions) endpoint(ip, port string) error {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return fmt.Errorf("%q is not an IP address", ip)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is not a UDP port", port)
	}
	o.server = netip.AddrPortFrom(addr, uint16(n))
	return nil
}
