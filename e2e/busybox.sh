#!/bin/sh
# busybox.sh DIR ARCH... puts Debian's static busybox for each architecture into
# DIR, as busybox-ARCH. What the system knows of packages and architectures stays
# as it is.
set -eu
dir=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' 0
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
chmod -R a+rX "$work"
architectures=$(echo "$*" | tr ' ' ,)
apt-get indextargets --format "deb [arch=$architectures] \$(REPO_URI) \$(RELEASE) main" \
	'Created-By: Packages' 'Component: main' | sed 1q >"$work/sources.list"
apt() {
	apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
		-o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o Acquire::Languages=none \
		-o APT::Sandbox::User=root -o APT::Architectures="$(dpkg --print-architecture),$architectures" "$@"
}
apt update
cd "$work"
for architecture; do
	apt download "busybox-static:$architecture"
	dpkg -x busybox-static_*_"$architecture".deb "$architecture"
	install -m 755 "$architecture/bin/busybox" "$dir/busybox-$architecture"
done
