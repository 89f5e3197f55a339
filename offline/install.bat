@echo off
chcp 65001 >nul
rem 离线安装 evalrules：install.bat [安装位置]，默认 %USERPROFILE%\evalrules。不联网，只用本文件夹里的 wheels。
setlocal
set "TARGET=%~1"
if "%TARGET%"=="" set "TARGET=%USERPROFILE%\evalrules"
set "PYTHON="
for %%V in (3.13 3.12 3.11) do (
  if not defined PYTHON (
    py -%%V -c "import venv, ensurepip" >nul 2>nul && set "PYTHON=py -%%V"
  )
)
if not defined PYTHON (
  python -c "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul && set "PYTHON=python"
)
if not defined PYTHON (
  echo 找不到 Python 3.11、3.12 或 3.13。请先安装 Python（安装时勾选 Add to PATH），再运行本脚本。
  exit /b 1
)
%PYTHON% -m venv --clear "%TARGET%" || exit /b 1
"%TARGET%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%~dp0wheels" evalrules[office] || exit /b 1
"%TARGET%\Scripts\evalrules.exe" --version || exit /b 1
echo 已安装。命令在：%TARGET%\Scripts\evalrules.exe
