package fileowner

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	// replace are the rights to remove a file or to obtain other rights.
	replace = windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_ALL
	// deleteChild is FILE_DELETE_CHILD of winnt.h.
	deleteChild = 0x40
	write       = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.GENERIC_WRITE
)

// trustedInstaller is the account that owns the files of Windows itself.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

// checkFile checks one file by its access list. If shared is set, it may be a directory
// in which others can create files of their own, such as the root of a disk.
func checkFile(path string, shared bool) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("%s: read its access list: %w", path, err)
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return fmt.Errorf("%s: read its owner: %w", path, err)
	}
	if !trusted(owner) {
		return &Error{path, "owner " + account(owner), "icacls " + quote(path) + " /setowner %USERNAME%"}
	}
	list, _, err := sd.DACL()
	if err != nil || list == nil { // without a list every access is allowed
		return &Error{path, "no access list", "icacls " + quote(path) + " /reset"}
	}
	rights := uint32(replace | deleteChild)
	if !shared {
		rights |= write
	}
	return checkList(path, list, rights)
}

// checkList returns an error if an untrusted account has one of the rights.
func checkList(path string, list *windows.ACL, rights uint32) error {
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return fmt.Errorf("%s: read its access list: %w", path, err)
		}
		if entry.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || entry.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || uint32(entry.Mask)&rights == 0 {
			continue
		}
		if sid := (*windows.SID)(unsafe.Pointer(&entry.SidStart)); !trusted(sid) {
			return &Error{path, account(sid) + " may write", "icacls " + quote(path) + " /inheritance:d /remove:g " + quote(account(sid))}
		}
	}
	return nil
}

// trusted reports whether the account is the user's or the system's.
func trusted(sid *windows.SID) bool {
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid} {
		if sid.IsWellKnown(kind) {
			return true
		}
	}
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && me.User.Sid.Equals(sid) || sid.String() == trustedInstaller
}

// account returns the name of an account, or its identifier if it has none.
func account(sid *windows.SID) string {
	name, domain, _, err := sid.LookupAccount("")
	if err != nil {
		return sid.String()
	}
	return domain + `\` + name
}

func quote(s string) string { return `"` + s + `"` }
