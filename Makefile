# The verbs of the house. `make demo` and `make test` are all that a newcomer needs.
.PHONY: setup check fix test release run demo docs bench
ARGS ?=

setup:            ## the environment in .venv for working on Preceptor
	@tools/setup.sh dev

demo:             ## a running medical university in the browser: make demo ARGS="--port 8100"
	@tools/setup.sh run
	@.venv/bin/preceptor demo $(ARGS)

run:              ## web server and worker on the database that is there
	@tools/setup.sh run
	@.venv/bin/preceptor serve $(ARGS)

check: setup      ## lint, format, rooms, types, migrations, house, messages, locks, links
	@tools/check.sh

fix: setup        ## what can be mended by machine: lint, format, catalogues of messages
	@.venv/bin/ruff check --fix --quiet
	@.venv/bin/ruff format --quiet
	@.venv/bin/python tools/messages.py

test: setup       ## every test on SQLite, and those marked `both` on PostgreSQL beside it
	@tools/system.sh
	@tools/test.sh

release: check    ## the whole suite on both databases, nothing left out
	@CI=true tools/system.sh
	@.venv/bin/pytest --require-all --release
	@.venv/bin/pytest --require-all --release --database postgresql

docs: setup       ## the generated pages of the manual; every link and named path leads somewhere
	@.venv/bin/python tools/fields.py
	@.venv/bin/python tools/docs.py

bench: setup      ## the measured limits: make bench ARGS="..."
	@if [ -f tools/bench.py ]; then .venv/bin/python tools/bench.py $(ARGS); \
	else echo "No benchmark is written yet (tools/bench.py)."; exit 1; fi
