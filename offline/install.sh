#!/usr/bin/env bash
# 离线安装 evalrules：bash install.sh [安装位置]，默认 ~/evalrules。不联网，只用本文件夹里的 wheels。
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
target="${1:-$HOME/evalrules}"
python=""
for candidate in python3.13 python3.12 python3.11 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "找不到 Python 3.11、3.12 或 3.13（须带 venv）。请先安装 Python，再运行本脚本。" >&2
    exit 1
fi
"$python" -m venv --clear "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" 'evalrules[office]'
"$target/bin/evalrules" --version
echo "已安装。命令在：$target/bin/evalrules"
