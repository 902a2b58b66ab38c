#!/bin/sh
# newer.sh DIR SUITE PACKAGE... puts packages of another Debian, with all that they depend
# on, into DIR, which then serves as a root directory. No script of a package runs, and what
# the system knows of packages stays as it is.
set -eu
dir=$1 suite=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' 0
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
chmod -R a+rX "$work"
touch "$work/status"
apt-get indextargets --format "deb \$(REPO_URI) $suite main" \
	'Created-By: Packages' 'Component: main' 'Origin: Debian' | sed 1q >"$work/sources.list"
apt() {
	apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
		-o Acquire::Languages=none -o APT::Sandbox::User=root -o APT::Install-Recommends=false "$@"
}
apt update
apt --yes --download-only install "$@"
for sub in bin lib lib64 sbin; do # the packages expect these links (usrmerge)
	mkdir -p "$work/root/usr/$sub"
	ln -s "usr/$sub" "$work/root/$sub"
done
for deb in "$work"/cache/archives/*.deb; do
	dpkg -x "$deb" "$work/root"
done
rm -rf "$work"/root/usr/share/doc "$work"/root/usr/share/locale "$work"/root/usr/share/man
mkdir -p "$work"/root/dev "$work"/root/host "$work"/root/proc "$work"/root/sys "$work"/root/tmp
rm -rf "$dir"
mv "$work/root" "$dir"
