# make build    gm for this machine
# make test     install what the tests need, check everything, run every test
# make fuzz     every fuzz target for FUZZTIME
# make bench    measure gm beside mosh and ssh (as root), into bench/results;
#               ONLY=latency,idle for some of its sections, ONLY=report for none
# make vulncheck  known vulnerabilities of the dependencies, by a database on the network
# make payloads  the servers for all platforms, for go build -tags embed
# make archives  what a release has of ARCHIVES, in dist/; with go build alone
# make release-snapshot  all of a release but its publication, by goreleaser

FUZZTIME    ?= 1m
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
VULNCHECK   ?= golang.org/x/vuln/cmd/govulncheck@v1.2.0
VULNDB      ?= https://vuln.go.dev
GORELEASER  ?= github.com/goreleaser/goreleaser/v2@v2.16.0

# What must compile, beside this machine: what go vet reads and go build makes, and
# what only has its types checked, all servers that a release carries if this is empty.
VETTED  ?= linux/arm freebsd/amd64 darwin/arm64 windows/amd64
SERVERS ?=

# The programs that tests run, and the Debian packages that have them.
PROGRAMS := bash busybox dropbear dropbearkey fish gcc git gzip htop ip ksh93 less mandoc mksh mosh mosh-server nft nsenter openssl qemu-aarch64-static setpriv setsid ssh ssh-agent ssh-keygen sshd tcsh tmux toybox unshare vim xterm Xvfb xz zsh
PACKAGES := bash busybox dropbear-bin fish gcc libc6-dev git gzip htop iproute2 ksh93u+m less mandoc mksh mosh nftables openssh-client openssh-server openssl qemu-user-static tcsh tmux toybox util-linux vim xterm xvfb xz-utils zsh zsh-autosuggestions
TOOLFILES := /usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh

# The processors of which tests make a machine, in Debian's words.
FOREIGN := arm64 armhf s390x

# The archives that make archives makes, the version that they bear, and how
# goreleaser.yaml has gm built, word for word: a test compares.
ARCHIVES ?= linux/amd64 linux/arm64
VERSION  ?= 0.0.0
RELEASE  := -trimpath -buildvcs=true -tags=embed -ldflags="-s -w -buildid= -X main.release=v$(VERSION)"

# The platforms that make payloads compiles servers for; all if empty.
PAYLOADS ?=

.PHONY: payloads
.PHONY: pages archives release-check release-snapshot
.PHONY: build test tools format vet staticcheck cross unit e2e fuzz vulncheck clean

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -ldflags="-s -w" -o gm .

test: tools format vet staticcheck cross unit e2e

# A program that is still missing after this fails the run.
tools:
	@if ! { type $(PROGRAMS) && ls $(TOOLFILES); } >/dev/null 2>&1; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); \
	fi
	@for p in $(PROGRAMS); do type $$p >/dev/null || exit 1; done
	@ls $(TOOLFILES) >/dev/null
	@type $(FOREIGN:%=busybox-%) >/dev/null 2>&1 || sh e2e/busybox.sh /usr/local/bin $(FOREIGN)

format:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-ed: $$unformatted"; exit 1; }

vet:
	go vet ./...
	go vet -tags gmserver .

staticcheck:
	go run $(STATICCHECK) ./...

cross:
	@set -e; for p in $(VETTED); do \
		echo "cross $$p"; \
		export GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0; \
		go build -trimpath -o /dev/null . ; \
		go vet -trimpath ./... ; \
	done
	go run ./sshboot/payload/build -check $(SERVERS)

unit:
	go test -race -timeout 30m $$(go list ./... | grep -v '/e2e$$')

e2e:
	go test -race -timeout 30m -parallel 4 ./e2e

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

bench: tools
	go run ./bench -only "$(ONLY)"

clean:
	rm -rf gm gm-* dist release

# The manual page and the completions, in release/.
pages:
	@rm -rf release && mkdir release
	go build -trimpath -o release/gm .
	@set -e; cd release; \
	./gm help man >gm.1; gzip -9n <gm.1 >gm.1.gz; \
	./gm help bash >gm.bash; ./gm help zsh >_gm; ./gm help fish >gm.fish; \
	rm gm

# The servers that a gm built with -tags embed carries: minutes, the first time.
payloads:
	go run ./sshboot/payload/build $(PAYLOADS)

archives: payloads pages
	@rm -rf dist && mkdir dist
	@set -e; for p in $(ARCHIVES); do \
		d=gm_$(VERSION)_$${p%/*}_$${p#*/}; echo "archive $$d"; \
		mkdir -p dist/$$d/man dist/$$d/completions; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} go build $(RELEASE) -o dist/$$d/gm . ; \
		cp README.md LICENSE dist/$$d; cp release/gm.1 dist/$$d/man; \
		cp release/gm.bash release/_gm release/gm.fish dist/$$d/completions; \
		chmod -R u=rwX,go=rX dist/$$d; \
		tar -C dist/$$d --sort=name --owner=root:0 --group=root:0 --mtime=@$$(git log -1 --format=%ct) -cf - . | \
			gzip -9n >dist/$$d.tar.gz; \
		rm -r dist/$$d; \
	done
	@cd dist && sha256sum *.tar.gz >SHA256SUMS

# Both take five minutes to build goreleaser the first time.
release-check:
	go run $(GORELEASER) check

release-snapshot:
	go run $(GORELEASER) release --snapshot --clean --skip=publish,sign,sbom --parallelism=1
