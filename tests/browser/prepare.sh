#!/bin/sh
# Browser tests drive Debian's chromium and need Chinese fonts; install them where that is possible.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list 2>/dev/null | grep -qi "cjk" || missing="$missing fonts-noto-cjk fontconfig"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "安装 / installing: $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "浏览器测试缺少：$missing。以管理员运行 apt-get install -y $missing / browser tests need: $missing" >&2
    exit 1
fi
