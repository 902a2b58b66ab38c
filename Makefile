# make build    gm for this machine
# make test     install what the tests need, check everything, run every test
# make fuzz     every fuzz target for FUZZTIME

FUZZTIME    ?= 1m
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

# What must compile, beside this machine.
PLATFORMS ?= linux/arm64 linux/arm freebsd/amd64 openbsd/amd64 netbsd/amd64 darwin/arm64 windows/amd64

# The programs that tests run, and the Debian packages that have them.
PROGRAMS := bash busybox fish gcc git gzip htop ip less mosh mosh-server nsenter setsid ssh ssh-agent ssh-keygen sshd tcsh tmux vim xterm Xvfb zsh
PACKAGES := bash busybox fish gcc libc6-dev git gzip htop iproute2 less mosh openssh-client openssh-server tcsh tmux util-linux vim xterm xvfb zsh

.PHONY: build test tools format vet staticcheck cross unit e2e fuzz clean

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -ldflags="-s -w" -o gm .

test: tools format vet staticcheck cross unit e2e

# A program that is still missing after this fails the run.
tools:
	@if ! type $(PROGRAMS) >/dev/null 2>&1; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); \
	fi
	@for p in $(PROGRAMS); do type $$p >/dev/null || exit 1; done

format:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-ed: $$unformatted"; exit 1; }

vet:
	go vet ./...
	go vet -tags gmserver .

staticcheck:
	go run $(STATICCHECK) ./...

cross:
	@set -e; for p in $(PLATFORMS); do \
		echo "cross $$p"; \
		export GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0; \
		go build -o /dev/null . ; \
		go build -o /dev/null -tags gmserver . ; \
		go vet ./... ; \
	done

unit:
	go test -race -timeout 8m $$(go list ./... | grep -v '/e2e$$')

e2e:
	go test -race -timeout 8m -parallel 4 ./e2e

fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "fuzz $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

clean:
	rm -rf gm gm-* dist
