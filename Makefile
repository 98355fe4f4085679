# Every target installs what it needs (tools/install.sh) and says at its end how long its steps took.
# `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test bench bench-peers bench-gate chaos format pool-size tidy coverage fuzz package-test clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: ## build, start an embedded PostgreSQL, load a real data set and run a tour
	@tools/demo.sh

test: ## everything: checks, suites under ASan, UBSan and TSan, clang-tidy, packaging, short fuzzing
	@tools/test.sh

bench: ## build optimised and print the ratios to the other ways of doing it
	@tools/bench.sh

bench-peers: ## the database side beside libpqxx, tokio-postgres and asyncpg
	@tools/bench_peers.sh

bench-gate: ## fail when rendering or compiling takes more instructions than it should
	@tools/bench_gate.sh

chaos: ## the workload under faults, in the long form: docs/chaos.md
	@tools/chaos.sh

pool-size: ## how the pool's size follows its load, simulated and real: a table, and docs/pool-size.svg
	@tools/pool_size.sh

format: ## format every C++ file
	@tools/install.sh test
	@tools/format.sh

tidy: ## clang-tidy over src/, skipping what was clean before
	@tools/install.sh test
	@tools/tidy.sh

coverage: ## line and branch coverage of the suites, pages in build/coverage/report
	@tools/coverage.sh

fuzz: ## run every fuzz target for SECONDS (60)
	@tools/install.sh fuzz
	@tools/fuzz.sh $(or $(SECONDS),60)

package-test: ## install static and shared, and build consumers by CMake and by pkg-config
	@tools/install.sh test
	@tests/packaging/run.sh

clean: ## remove build/ (not .venv)
	rm -rf build
