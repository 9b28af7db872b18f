# SPDX-License-Identifier: Apache-2.0
# The commands people type; each is one line over a preset or a tool.
MACHINE ?= h100x8
PREFIX ?= /usr/local
DESTDIR ?=
COMPAT ?=
JOBS ?= $(shell nproc)

.PHONY: help demo build test check bench install clean update pictures

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: build ## Show gander on a simulated server; MACHINE=here shows this machine's own GPUs.
	@tools/demo $(MACHINE)

build: ## Build the release binary into build/release/bin.
	@tools/setup build && cmake --preset release && cmake --build --preset release -j $(JOBS)

test: ## Run everything that needs no GPU.
	@tools/setup test && cmake --preset dev && cmake --build --preset dev -j $(JOBS) && ctest --preset dev -j $(JOBS)

check: ## Sanitizers, linters, the full fault matrix, 60 s of each fuzzer.
	@tools/setup check && tools/check

bench: ## Measure against budgets and peers; fails where one is missed.
	@tools/setup bench && tools/bench

update: ## Rewrite golden files and generated documents; look at the diff.
	@tools/update

pictures: build ## Draw the pictures of README and docs anew; as root.
	@tools/setup test && tools/picture build/release/bin/gander docs/picture

install: build ## Install under PREFIX, below DESTDIR; COMPAT=1 also links old names.
	@DESTDIR="$(DESTDIR)" cmake --install build/release --strip --prefix "$(PREFIX)"
	@$(if $(filter 1,$(COMPAT)),tools/link_old_names "$(DESTDIR)$(PREFIX)/bin")

clean: ## Remove everything that was built.
	@rm -rf build
