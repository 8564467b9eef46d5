#!/bin/sh
# Makes sure a Chromium is there for the browser tests, or says exactly what to install.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo 'Installing Chromium for the browser tests'
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit $?
fi
echo 'The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium' >&2
echo 'Elsewhere install Chromium or Chrome and set CHROMIUM to its path.' >&2
exit 1
