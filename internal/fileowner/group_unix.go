//go:build unix

package fileowner

import (
	"bufio"
	"io"
	"os"
	"os/user"
	"strconv"
	"strings"
)

// PrivateGroup reports whether a group has no other member than the user, by the rule of
// systems that create one for each account: it is the user's own group, has the user's
// name, and /etc/group lists no other member.
func PrivateGroup(gid int) bool {
	me, err := user.Current()
	if err != nil || me.Gid != strconv.Itoa(gid) {
		return false
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil || group.Name != me.Username {
		return false
	}
	f, err := os.Open("/etc/group")
	if err != nil {
		return false
	}
	defer f.Close()
	return onlyMember(f, me.Gid, me.Username)
}

// onlyMember reports whether the lines of group(5) list no other member of a group.
func onlyMember(groups io.Reader, gid, name string) bool {
	lines := bufio.NewScanner(groups)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) == 4 && fields[2] == gid && fields[3] != "" && fields[3] != name {
			return false
		}
	}
	return lines.Err() == nil
}
