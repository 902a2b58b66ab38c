# make build    gm for this machine
# make test     check everything, run every test
# make tools    install the programs that tests with the tag e2e run (Debian, as root)
# make fuzz     every fuzz target for FUZZTIME
# make bench    measure gm beside mosh and ssh (as root), into bench/results;
#               ONLY=latency,idle for some of its sections, ONLY=report for none
# make pictures the pictures of README and doc, from real runs (as root)
# make vulncheck  known vulnerabilities of the dependencies, by a database on the network
# make payloads  the servers for all platforms, for go build -tags embed
# make install  gm with its pages and completions, below DESTDIR and PREFIX
# make rename   the module under another path, MODULE
# make archives  what a release has of ARCHIVES, in dist/; with go build alone
# make packages  deb, rpm, apk and Arch packages for PACKAGES_OF, in dist/
# make site     the pages as HTML, in site/, by hugo
# make release-snapshot  all of a release but its publication, by goreleaser

FUZZTIME    ?= 1m
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
VULNCHECK   ?= golang.org/x/vuln/cmd/govulncheck@v1.2.0
VULNDB      ?= https://vuln.go.dev
GORELEASER  ?= github.com/goreleaser/goreleaser/v2@v2.15.1
CYCLONEDX   ?= github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
HUGO        ?= hugo

# What builds packages, with the variables of packaging/*.yaml.
PACKAGERS ?= deb rpm apk archlinux
NFPM = VERSION=$(VERSION) SOURCE_DATE_EPOCH=$(COMMITTED) GM_HOME=$${GM_HOME:-https://example.org/gm} \
	GOOS= GOARCH= GOARM= GOFLAGS= go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 package

# What must compile, beside this machine: what go vet reads and go build makes, and
# what only has its types checked, all servers that a release carries if this is empty.
VETTED  ?= linux/arm freebsd/amd64 darwin/arm64 windows/amd64 illumos/amd64
SERVERS ?=

# The programs that tests run, and the Debian packages that have them.
PROGRAMS := ansible bash borg busybox chafa curl dpkg-deb dropbear dropbearkey fish gcc git gzip htop hugo img2sixel ip kitty ksh93 less lintian mandoc \
	mksh mosh mosh-server mpv nft nsenter openssl qemu-aarch64-static ranger rpm rsync scp screen setpriv setsid sftp ss ssh ssh-agent \
	ssh-keygen sshd tcsh timg tmux toybox unshare vim w3m xauth xdotool xdpyinfo xterm Xvfb xwd xz zsh zstd
PACKAGES := ansible-core bash borgbackup busybox chafa curl dropbear-bin fish gcc git gzip htop hugo iproute2 kitty ksh93u+m less libc6-dev libgl1-mesa-dri libsixel-bin lintian mandoc \
	mksh mosh mpv nftables openssh-client openssh-server openssl python3-pil qemu-user-static ranger rpm rsync screen tcsh timg tmux toybox \
	util-linux vim w3m-img x11-apps x11-utils xauth xdotool xterm xvfb xz-utils zsh zsh-autosuggestions zstd
TOOLFILES := /usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh /usr/lib/w3m/w3mimgdisplay /usr/lib/python3/dist-packages/PIL

# The terminal of VS Code and of browsers, without its window: packages of npm,
# and where they are put.
NODETERM := @xterm/headless@6.0.0 @xterm/addon-unicode11@0.9.0 @xterm/addon-unicode-graphemes@0.4.0 @xterm/addon-image@0.9.0 @napi-rs/canvas@1.1.1
NODEDIR  := /usr/local/lib/gm-test

# A newer Debian with packages whose older versions lack what tests need: kitty's Unicode
# placeholders. Its programs are in a root directory of their own.
NEWER         := trixie
NEWERDIR      := /usr/local/lib/gm-newer
NEWERPACKAGES := coreutils kitty libegl1 libgl1 libgl1-mesa-dri

# The processors of which tests make a machine, in Debian's words.
FOREIGN := arm64 armhf s390x

# The archives that make archives makes, the version that they bear, and how
# goreleaser.yaml has gm built, word for word: a test compares.
ARCHIVES ?= linux/amd64 linux/arm64
VERSION  ?= 0.0.0
# When the commit was made, in seconds since 1970: what the files of a release bear.
COMMITTED = $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

# What the README and its pages link to: archives have it, so that no link leads nowhere.
DOCS := CHANGELOG.md CODE_OF_CONDUCT.md CONTRIBUTING.md RELEASING.md SECURITY.md $(wildcard doc/*.md) $(wildcard doc/*.svg) \
	sshboot/ssh_config.md bench/results/README.md $(wildcard bench/results/*.svg) $(wildcard client/manual/text/*.txt)

# Packages that are compiled without inlining, because they do nothing often: fmt.Errorf
# and errors.New alone have 1500 callers. This saves 260 kB (doc/development.md, Size).
COLD := errors fmt math/big crypto/ecdsa crypto/elliptic crypto/internal/fips140/ecdsa crypto/internal/fips140/rsa \
	golang.org/x/crypto/ssh/... ./client ./sshboot/...

RELEASE  := -trimpath -buildvcs=true -tags=embed $(COLD:%=-gcflags=%=-l) -ldflags="-s -w -buildid= -X main.release=v$(VERSION)"

# The platforms that make payloads compiles servers for; all if empty.
PAYLOADS ?=

# The processors that make packages makes packages for.
PACKAGES_OF ?= amd64

# What make build makes.
OUT ?= gm

# Where make install puts things.
PREFIX  ?= /usr/local
DESTDIR ?=

.PHONY: payloads
.PHONY: install rename package package-mosh packages
# Where make site puts it.
SITE ?= site

.PHONY: site
.PHONY: pages archives release-check release-snapshot
.PHONY: build test tools format vet staticcheck cross unit e2e fuzz bench pictures vulncheck clean

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto $(COLD:%=-gcflags=%=-l) -ldflags="-s -w" -o $(OUT) .

test: format vet staticcheck cross unit e2e

# Installs the programs that the tests with the tag e2e run, as root. A program that is
# still missing after this fails the run.
tools:
	@if ! { type $(PROGRAMS) && ls $(TOOLFILES); } >/dev/null 2>&1; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); \
	fi
	@for p in $(PROGRAMS); do type $$p >/dev/null || exit 1; done
	@ls $(TOOLFILES) >/dev/null
	@type node npm >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm
	@ls $(NODEDIR)/node_modules/@xterm/headless $(NODEDIR)/node_modules/@xterm/addon-unicode11 $(NODEDIR)/node_modules/@xterm/addon-unicode-graphemes $(NODEDIR)/node_modules/@xterm/addon-image $(NODEDIR)/node_modules/@napi-rs/canvas >/dev/null 2>&1 || \
		npm install --silent --no-audit --no-fund --no-package-lock --prefix $(NODEDIR) $(NODETERM)
	@type $(NEWERDIR)/usr/bin/kitty >/dev/null 2>&1 || sh e2e/newer.sh $(NEWERDIR) $(NEWER) $(NEWERPACKAGES)
	@type $(FOREIGN:%=busybox-%) >/dev/null 2>&1 || sh e2e/busybox.sh /usr/local/bin $(FOREIGN)

format:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-ed: $$unformatted"; exit 1; }

vet:
	go vet -tags e2e ./...
	go vet -tags gmserver .

staticcheck:
	go run $(STATICCHECK) -tags e2e ./...

cross:
	@set -e; for p in $(VETTED); do \
		echo "cross $$p"; \
		export GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0; \
		go build -trimpath -o /dev/null . ; \
		go vet -trimpath -tags e2e ./... ; \
	done
	go run ./sshboot/payload/build -check $(SERVERS)

# The packages with the longest tests, which are computations in virtual time. They have
# no goroutines, so that the race detector finds nothing and only slows them down.
COMPUTING = ./wire ./wire/state ./wire/stream ./vt ./server/session ./client/display ./client/route

# go vet has run before.
unit:
	go test -vet=off -race -tags e2e -timeout 30m $$(go list -tags e2e ./... | grep -vxF "$$(go list -tags e2e ./e2e $(COMPUTING))")
	go test -vet=off -tags e2e -timeout 30m $(COMPUTING)

# Most of these tests wait for most of their time.
e2e:
	go test -vet=off -race -tags e2e -timeout 30m -parallel 6 ./e2e

fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "fuzz $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

# VULNDB may be a copy: file:///path/to/it.
vulncheck:
	go run $(VULNCHECK) -db $(VULNDB) ./...

# The pictures of README and doc, from real runs, as root: three minutes.
PICTURES ?= session scrollback blocked attach rsync

pictures: build
	@set -e; for p in $(PICTURES); do echo "picture $$p"; go run ./doc/picture ./gm doc/$$p.svg; done

bench:
	go run ./bench -only "$(ONLY)"

clean:
	rm -rf gm gm-* dist release site

# Manual pages, completions and what packages have in /usr/share/doc, in release/.
pages:
	@rm -rf release && mkdir release
	go build -trimpath -o release/gm .
	@set -e; cd release; \
	./gm help man >gm.1; ./gm help man gm_config >gm_config.5; \
	for p in mosh mosh-client mosh-server; do ./gm help man $$p >$$p.1; done; \
	for p in *.[15]; do gzip -9n <$$p >$$p.gz; done; \
	./gm help bash >gm.bash; ./gm help zsh >_gm; ./gm help fish >gm.fish; \
	rm gm
	@{ cat LICENSE; echo; cat internal/licenses/THIRD_PARTY_LICENSES; } >release/copyright
	@gzip -9n <CHANGELOG.md >release/changelog.gz
	@for p in gm gm-mosh; do printf '%s (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md in the archives and the sources.\n\n -- gm <gm@example.org>  %s\n' \
		$$p $(VERSION) "$$(date -u -R -d @$(COMMITTED))" | gzip -9n >release/$$p.changelog.gz; done

# The pages as HTML, for any static host. HUGO is Debian's package hugo, or any later one.
site:
	@mkdir -p release/site
	@{ echo '```'; go run . help options; echo '```'; } >release/site/options.md
	$(HUGO) --quiet --config doc/site/hugo.yaml --destination $(abspath $(SITE)) --cleanDestinationDir
	@rm -f .hugo_build.lock

# The servers that a gm built with -tags embed carries: minutes, the first time.
payloads:
	go run ./sshboot/payload/build $(if $(filter-out 0.0.0,$(VERSION)),-release v$(VERSION)) $(PAYLOADS)

# gm for this machine, its pages and completions, below DESTDIR$(PREFIX).
install: build pages
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/man/man5 share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d share/doc/gm)
	install -m 755 gm $(DESTDIR)$(PREFIX)/bin/gm
	ln -sf gm $(DESTDIR)$(PREFIX)/bin/gmosh
	ln -sf gm $(DESTDIR)$(PREFIX)/bin/gmssh
	install -m 644 release/gm.1 $(DESTDIR)$(PREFIX)/share/man/man1/gm.1
	install -m 644 release/gm_config.5 $(DESTDIR)$(PREFIX)/share/man/man5/gm_config.5
	ln -sf gm.1 $(DESTDIR)$(PREFIX)/share/man/man1/gmosh.1
	ln -sf gm.1 $(DESTDIR)$(PREFIX)/share/man/man1/gmssh.1
	install -m 644 release/gm.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/gm
	ln -sf gm $(DESTDIR)$(PREFIX)/share/bash-completion/completions/gmosh
	install -m 644 release/_gm $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_gm
	install -m 644 release/gm.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/gm.fish
	install -m 644 LICENSE internal/licenses/THIRD_PARTY_LICENSES $(DESTDIR)$(PREFIX)/share/doc/gm

# The module under another path: make rename MODULE=example.org/you/gm
rename:
	go run ./internal/rename $(MODULE)

archives: payloads pages
	@rm -rf dist && mkdir dist
	@set -e; for p in $(ARCHIVES); do \
		d=gm_$(VERSION)_$${p%/*}_$${p#*/}; echo "archive $$d"; \
		mkdir -p dist/$$d/man dist/$$d/completions; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} go build $(RELEASE) -o dist/$$d/gm . ; \
		cp README.md LICENSE internal/licenses/THIRD_PARTY_LICENSES dist/$$d; cp release/gm.1 release/gm_config.5 dist/$$d/man; \
		cp --parents $(DOCS) dist/$$d; \
		cp release/gm.bash release/_gm release/gm.fish dist/$$d/completions; \
		go run $(CYCLONEDX) bin -json -std -noserial -notimestamp -version v$(VERSION) -output dist/$$d.cdx.json dist/$$d/gm; \
		chmod -R u=rwX,go=rX dist/$$d; \
		tar -C dist/$$d --sort=name --owner=root:0 --group=root:0 --mtime=@$(COMMITTED) -cf - . | \
			gzip -9n >dist/$$d.tar.gz; \
		rm -r dist/$$d; \
	done
	@cd dist && sha256sum *.tar.gz *.cdx.json >SHA256SUMS

# Packages of one program: BINARY, for GOARCH and with ARM the variant; nothing for
# other systems than Linux. Debian has one architecture for ARMv6 and ARMv7, armhf,
# which is ARMv7: the program for ARMv6 is in archives, and in packages of the others.
package:
	@set -e; test "$(GOOS)" = linux || exit 0; mkdir -p dist; \
	for p in $(filter-out $(if $(filter 6,$(ARM)),deb),$(PACKAGERS)); do \
		PACKAGE_ARCH=$(GOARCH)$(ARM) BINARY="$(BINARY)" $(NFPM) --config packaging/gm.yaml --packager $$p --target dist/; \
	done

# The packages for all architectures, in INTO.
package-mosh: INTO ?= dist
package-mosh:
	@set -e; mkdir -p $(INTO); for p in $(PACKAGERS); do $(NFPM) --config packaging/gm-mosh.yaml --packager $$p --target $(INTO)/; done

# The packages of PACKAGES, with go build alone.
packages: payloads pages
	@set -e; for p in $(PACKAGES_OF); do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$p go build $(RELEASE) -o dist/gm-$$p . ; \
		$(MAKE) --no-print-directory package GOOS=linux GOARCH=$$p BINARY=dist/gm-$$p; \
		rm dist/gm-$$p; \
	done
	@$(MAKE) --no-print-directory package-mosh

# Both take five minutes to build goreleaser the first time.
release-check:
	go run $(GORELEASER) check

release-snapshot:
	go run $(GORELEASER) release --snapshot --clean --skip=publish,sign,sbom --parallelism=1
