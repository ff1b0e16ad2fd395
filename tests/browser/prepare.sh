#!/bin/sh
# Browser tests drive Debian's chromium and need Chinese fonts; workbooks are recalculated by LibreOffice,
# and those tests are skipped, aloud, where it is missing. Install them where that is possible.
set -eu
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list 2>/dev/null | grep -qi "cjk" || missing="$missing fonts-noto-cjk fontconfig"
export DEBIAN_FRONTEND=noninteractive
if ! command -v soffice >/dev/null 2>&1; then
    calc="libreoffice-calc-nogui"
    if can_install; then
        echo "安装 / installing: $calc"
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends $calc >/dev/null; } ||
            echo "没有装上 $calc，公式不重算 / $calc was not installed: formulas are not recalculated" >&2
    else
        echo "没有 $calc，公式不重算 / no $calc: formulas are not recalculated" >&2
    fi
fi
[ -n "$missing" ] || exit 0
if can_install; then
    echo "安装 / installing: $missing"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "浏览器测试缺少：$missing。以管理员运行 apt-get install -y $missing / browser tests need: $missing" >&2
    exit 1
fi
