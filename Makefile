# make demo   judges two releases in a real Prometheus, from nothing
# make test   runs every test
# make story  plays a release's life: promotion, rollback, remediation
# make build  makes the release binary, .build/release/tidegate
# make soak   kills the server 300 times
# make lint   checks the code's form
# make bench  measures what is promised of speed
# make docs   writes the reference of the code into .build/docs

.PHONY: build demo story test soak lint bench docs tools
.DEFAULT_GOAL := build

# Packed relocations and a static standard library: a process starts in half the time.
swift_flags := --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -s -Xlinker --gc-sections -Xlinker -z -Xlinker pack-relative-relocs

build: tools
	swift build -c release $(swift_flags) --product tidegate

demo: build
	@demo/run.sh

story: build
	@demo/story/story.py .build/release/tidegate

# Debug only, and once: a second kind of build would double the time. A run that hangs is ended, and fails.
test: tools .build/clients/.complete
	swift build --build-tests
	timeout --kill-after=10 1800 swift test --skip-build --disable-xctest

# Real clients for the tests, from PyPI: the CloudEvents SDK, Schemathesis, which tries what the
# OpenAPI document says, and a validator of JSON schemas.
.build/clients/.complete: Makefile
	python3 -m venv .build/clients
	.build/clients/bin/pip install --quiet --disable-pip-version-check cloudevents==2.2.0 jsonschema==4.26.0 schemathesis==4.32.5
	touch $@

# Kills the server ten times as often as the tests do.
soak: tools
	swift build --build-tests
	TIDEGATE_KILLS=300 swift test --skip-build --disable-xctest --filter KillTests

lint:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift Benchmarks/Benchmarks Benchmarks/Sources Benchmarks/Package.swift

bench: build
	@Benchmarks/run.sh
	@command -v wrk >/dev/null || { echo "wrk, the load of the second part, is missing: apt-get install wrk" >&2; exit 1; }
	@Benchmarks/Bus/bus.py .build/release/tidegate

# The pure modules, which are what one builds on.
docs: tools
	swift build --target Commands
	@set -e; for module in Documents Events Objectives Workflows; do \
		rm -rf .build/docs/$$module .build/docs/symbols/$$module; mkdir -p .build/docs/symbols/$$module; \
		swift-symbolgraph-extract -module-name $$module -I .build/debug/Modules -target $$(uname -m)-unknown-linux-gnu \
			-Xcc -fmodule-map-file=.build/checkouts/Yams/Sources/CYaml/include/module.modulemap \
			-minimum-access-level public -output-dir .build/docs/symbols/$$module; \
		docc convert --additional-symbol-graph-dir .build/docs/symbols/$$module --fallback-display-name $$module \
			--fallback-bundle-identifier dev.tidegate.$$module --transform-for-static-hosting --output-path .build/docs/$$module; \
	done; ls -d .build/docs/[A-Z]*

tools:
	@./install-tools.sh
