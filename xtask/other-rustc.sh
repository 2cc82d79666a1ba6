#!/usr/bin/env bash
# Prints the path of a rustc of another version than the pinned one, and nothing else, on stdout: what
# `cargo xtask package` makes a second static library with.
#
# On Debian that is its package `rustc`, unpacked into a folder of ours and never installed, so that it
# stands beside rustup's. Elsewhere it is another toolchain of rustup's.
#
#   OTHER_RUSTC_DIR=DIR  where Debian's is kept, about 200 MB
set -euo pipefail
exec 3>&1 1>&2

DIR=${OTHER_RUSTC_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kenpoint/other-rustc}

say() { echo "other-rustc: $*"; }
fail() { say "$*"; exit 1; }
answer() { echo "$1" >&3; exit 0; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt_install() { as_root apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "$@" >/dev/null; }
depends() { apt-cache depends "$1" | awk -v name="$2" '$1 == "Depends:" && $2 ~ name {print $2; exit}'; }
version_of() { "$1" -vV | sed -n 's/release: //p'; }

from_debian() {
  mkdir -p "$(dirname "$DIR")"
  exec 9>"$DIR.lock"
  flock 9   # Two tests at once would write one folder.
  if [ -x "$DIR/bin/rustc" ] && "$DIR/bin/rustc" --version >/dev/null 2>&1; then
    answer "$DIR/bin/rustc"
  fi
  export DEBIAN_FRONTEND=noninteractive
  [ -n "$(apt-cache policy rustc)" ] || as_root apt-get update -qq
  local libstd llvm work package
  libstd=$(depends libstd-rust-dev '^libstd-rust-[0-9]')
  llvm=$(depends "$libstd" '^libllvm')
  [ -n "$libstd" ] && [ -n "$llvm" ] || fail "Debian's rustc is not laid out as expected: libstd '$libstd', LLVM '$llvm'"
  apt_install "$llvm"
  work="$DIR.tmp"
  rm -rf "$work"
  mkdir -p "$work/debs" "$work/root"
  trap "rm -rf '$work'" EXIT
  (cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root rustc libstd-rust-dev "$libstd") ||
    { as_root apt-get update -qq; (cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root rustc libstd-rust-dev "$libstd"); }
  for package in "$work"/debs/*.deb; do
    dpkg-deb -x "$package" "$work/root"
  done
  mv "$work/root/usr/bin/rustc" "$work/root/usr/bin/rustc.real"
  # It finds its own driver wherever the folder is.
  cat > "$work/root/usr/bin/rustc" <<'WRAPPER'
#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
LD_LIBRARY_PATH="$here/../lib/$(uname -m)-linux-gnu:$here/../lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/rustc.real" "$@"
WRAPPER
  chmod +x "$work/root/usr/bin/rustc"
  "$work/root/usr/bin/rustc" --version
  rm -rf "$DIR"
  mv "$work/root/usr" "$DIR"
  answer "$DIR/bin/rustc"
}

if command -v apt-get >/dev/null; then
  from_debian
fi
pinned=$(version_of rustc)
for toolchain in $(rustup toolchain list -q 2>/dev/null); do
  other=$(rustup which --toolchain "$toolchain" rustc)
  [ "$(version_of "$other")" = "$pinned" ] || answer "$other"
done
fail "no other rustc than $pinned: a Debian machine has one in its package rustc, or run 'rustup toolchain install nightly --profile minimal'"
