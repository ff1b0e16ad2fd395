# The same commands for people and for CI. `make` names what is missing instead of failing obscurely.
PYTHON ?= python3
PORT ?= 8050
VENV := .venv
PY := $(VENV)/bin/python
BUNDLE := node_modules/plotly.js-basic-dist-min/plotly-basic.min.js
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps $(if $(WHEELHOUSE),--no-index --find-links $(WHEELHOUSE))
export PORT
.DEFAULT_GOAL := help
.PHONY: help run install test check tidy refresh export demo bench docs wheelhouse lock clean

help:  ## 列出命令 / list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: install  ## 启动网页（127.0.0.1:8050，PORT=… 可改） / serve the dashboard
	@$(PY) -m dashboard serve --port $(PORT)

install: $(VENV)/.runtime $(WITH:%=$(VENV)/.with-%) $(BUNDLE) $(BUNDLE).br  ## 安装运行所需 / install what running needs

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "缺少 python3。Debian/Ubuntu：apt-get install -y python3-venv / python3 is missing: install python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "需要 Python 3.11 至 3.14，这里是 `$(PYTHON) -V`。可用 make run PYTHON=python3.12 指定 / Python 3.11 to 3.14 is needed; name one with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "缺少 venv。Debian/Ubuntu：apt-get install -y python3-venv / the venv module is missing: apt-get install -y python3-venv"; exit 1; }
	@echo "建立 .venv / making .venv"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	@echo "安装依赖，首次约一分钟 / installing dependencies, about a minute the first time"
	@$(PIP) -r requirements.lock || { echo "没有装上。没有网络时先在有网的机器上 make wheelhouse，再 make install WHEELHOUSE=wheelhouse / not installed: without a network, see make wheelhouse"; exit 1; }
	@touch $@

# What one machine does not need: WITH=storage (object storage), WITH=cluster (Dask), or both.
$(VENV)/.with-%: requirements-%.lock $(VENV)/.runtime
	@echo "安装 $* / installing $*"
	@$(PIP) -r $<
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.runtime
	@echo "安装测试依赖 / installing what tests need"
	@$(PIP) -r requirements-test.lock
	@touch $@

# Optional: a third of the chart library's size. Without npm the full one, which plotly brings, is served.
$(BUNDLE): package-lock.json
	@if [ -f $@ ]; then touch $@; \
	elif [ -z "$(WHEELHOUSE)" ] && command -v npm >/dev/null; then npm ci --silent --ignore-scripts --no-audit --no-fund >/dev/null 2>&1 && touch $@ || echo "未取得精简图表库，改用完整的一份 / the small chart library was not fetched; the full one is used"; \
	else echo "没有 npm，图表库用完整的一份（页面大些） / no npm: the full chart library is used"; fi

# Compressed once, as small as it gets: a worker would need six seconds for it at every start.
$(BUNDLE).br: $(BUNDLE) | $(VENV)/.runtime
	@if [ -f $(BUNDLE) ]; then $(PY) -c "import brotli, pathlib; pathlib.Path('$@').write_bytes(brotli.compress(pathlib.Path('$(BUNDLE)').read_bytes(), quality=11))"; fi

# An S3-compatible server for tests, in an environment of its own: its libraries want older versions of ours.
$(VENV)-s3/.ready: requirements-s3.lock | $(VENV)/bin/python
	@echo "安装测试用的 S3 服务器 / installing the S3 server of the tests"
	@$(PYTHON) -m venv $(VENV)-s3
	@$(VENV)-s3/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r requirements-s3.lock
	@touch $@

test: $(VENV)/.test $(VENV)-s3/.ready $(BUNDLE)  ## 检查与全部测试 / lint, types and every test
	@sh tests/browser/prepare.sh
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "先运行 .venv/bin/ruff format . / run .venv/bin/ruff format . first"; exit 1; }
	@$(PY) -m mypy
	@$(PY) -m pytest -n auto --dist loadfile

check: install  ## 核对 data/raw / check the raw tables
	@$(PY) -m extract check

tidy: install  ## 由 data/raw 生成 data/tidy / make the tidy tables
	@$(PY) -m extract tidy

refresh: install  ## 核对、整理并发布一版 / check, tidy and publish once
	@$(PY) -m extract refresh --once

export: install  ## 导出工作簿（OUT=文件名.xlsx，默认 livelihood-compared.xlsx） / write the workbook
	@$(PY) -m dashboard export $(or $(OUT),livelihood-compared.xlsx)

demo: install  ## 演示数据（虚构的区） / serve the invented district
	@$(PY) demo/build.py var/demo
	@LIVELIHOOD_RAW=var/demo/raw LIVELIHOOD_SOURCES=var/demo/sources LIVELIHOOD_TIDY=var/demo/tidy $(PY) -m extract tidy
	@LIVELIHOOD_RAW=var/demo/raw LIVELIHOOD_SOURCES=var/demo/sources LIVELIHOOD_TIDY=var/demo/tidy LIVELIHOOD_PUBLISHED=var/demo/published $(PY) -m dashboard serve --port $(PORT)

bench: $(VENV)/.test  ## 速度对照 / measure against named alternatives
	@$(PY) -m bench.run

docs: install  ## 生成数据字典 / write the data dictionary
	@$(PY) -m docs.dictionary

wheelhouse: $(VENV)/bin/python $(BUNDLE)  ## 为离线机器备好安装包 / packages for a machine without internet
	@$(PY) -m pip --disable-pip-version-check download --quiet --require-hashes --no-deps --only-binary :all: -d wheelhouse -r requirements.lock $(WITH:%=-r requirements-%.lock)
	@echo "连同整个文件夹拷到离线机器，在那里运行 make run WHEELHOUSE=wheelhouse / copy the folder, then: make run WHEELHOUSE=wheelhouse"

lock:  ## 重新锁定依赖 / lock the dependencies again
	@$(PY) -m pip --disable-pip-version-check install --quiet uv
	@$(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock
	@for with in cluster storage; do $(VENV)/bin/uv pip compile pyproject.toml --extra $$with -c requirements.lock --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-$$with.lock || exit 1; done
	@$(VENV)/bin/uv pip compile pyproject.toml --extra test -c requirements.lock --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-test.lock
	@printf 'moto[s3]\nflask\nflask-cors\n' | $(VENV)/bin/uv pip compile - --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-s3.lock

clean:  ## 删除 .venv、var 与缓存 / remove what was made here
	@rm -rf $(VENV) $(VENV)-s3 var node_modules wheelhouse .mypy_cache .pytest_cache .ruff_cache
