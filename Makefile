# Everything runs from a fresh clone: each target sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup build tools check test test-frameworks demo bench bench-stack linters clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

setup: node_modules/.package-lock.json

build: setup
	npm run --silent build

tools: ## promtool and amtool, found or fetched
	@sh scripts/tools.sh

check: setup ## types and style
	npm run --silent check

test: build tools ## everything this machine can run
	@PATH="$(CURDIR)/.cache/tools/bin:$$PATH" node scripts/test.mjs

test-frameworks: build tools ## the traffic test on frameworks that take minutes to build
	@PATH="$(CURDIR)/.cache/tools/bin:$$PATH" FRAMEWORKS=1 npx vitest run test/traffic

demo: build tools ## set up the example shop and bring it up
	@PATH="$(CURDIR)/.cache/tools/bin:$$PATH" sh scripts/demo.sh

bench: build ## ratios against bare node, measured in this run
	node bench/run.mjs

bench-stack: build tools ## a stack of every kind at once, measured, then broken piece by piece
	@PATH="$(CURDIR)/.cache/tools/bin:$$PATH" npx vitest run --config bench/vitest.config.ts

linters: build tools ## everything vigie renders, held against linters that others wrote
	@PATH="$(CURDIR)/.cache/tools/bin:$$PATH" node bench/linters/run.mjs

clean:
	rm -rf dist .cache
