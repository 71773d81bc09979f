# make demo   judges two releases in a real Prometheus, from nothing
# make test   runs every test
# make build  makes the release binary, .build/release/tidegate
# make lint   checks the code's form
# make bench  measures what is promised of speed
# make docs   writes the reference of the code into .build/docs

.PHONY: build demo test lint bench docs tools
.DEFAULT_GOAL := build

# Packed relocations and a static standard library: a process starts in half the time.
swift_flags := --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -s -Xlinker --gc-sections -Xlinker -z -Xlinker pack-relative-relocs

build: tools
	swift build -c release $(swift_flags) --product tidegate

demo: build
	@demo/run.sh

# Debug only, and once: a second kind of build would double the time.
test: tools
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift Benchmarks/Benchmarks Benchmarks/Sources Benchmarks/Package.swift

bench: build
	@Benchmarks/run.sh

docs: tools
	swift build --target Commands -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc .build/symbols
	docc convert --additional-symbol-graph-dir .build/symbols --fallback-display-name Tidegate \
		--fallback-bundle-identifier dev.tidegate --output-path .build/docs
	@echo "see .build/docs/index.html"

tools:
	@./install-tools.sh
