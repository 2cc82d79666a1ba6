#!/usr/bin/env bash
# Prints the path of a rustc that compiles for wasm32-unknown-unknown, and nothing else, on stdout.
#
#   WASM_TOOLCHAIN=auto     an installed target, else what rustup can add, else Debian's (the default)
#   WASM_TOOLCHAIN=rustup   rustup's only
#   WASM_TOOLCHAIN=debian   Debian's only: rustc-web and the library source that belongs to it, with the
#                           standard library built once into a folder of ours. Needs no network but
#                           apt's and crates.io's. A compiler and a library of different versions do
#                           not go together, so the host's rustc is of no use here.
#   WASM_TOOLCHAIN_DIR=DIR  where Debian's is kept, about 330 MB
set -euo pipefail
exec 3>&1 1>&2

TARGET=wasm32-unknown-unknown
HOST=x86_64-unknown-linux-gnu
MODE=${WASM_TOOLCHAIN:-auto}
DIR=${WASM_TOOLCHAIN_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kenpoint/wasm-toolchain}

say() { echo "wasm-toolchain: $*"; }
fail() { say "$*"; exit 1; }
answer() { echo "$1" >&3; exit 0; }

from_rustup() {
  command -v rustup >/dev/null || return 1
  rustup target list --installed | grep -qx "$TARGET" || timeout 180 rustup target add "$TARGET" || return 1
  answer "$(rustup which rustc)"
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt_install() { as_root apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "$@" >/dev/null; }
candidate() { apt-cache policy "$1" | awk '/Candidate:/ && $2 != "(none)" {print $2}'; }
depends() { apt-cache depends "$1" | awk -v name="$2" '$1 == "Depends:" && $2 ~ name {print $2; exit}'; }

# `rustc` that finds its own libLLVM and driver wherever the folder is. For the page it takes the panic strategy that
# its library is built with: a panic stops the engine either way, and nobody reads its message there, which with all
# that formats it would be a tenth of the download. The flag is not stable yet, so only this compiler may use it.
write_rustc() {
  cat > "$1" <<'WRAPPER'
#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
case " $* " in
  *" --target wasm32-unknown-unknown "*)
    export RUSTC_BOOTSTRAP=1
    set -- "$@" -Zunstable-options -Cpanic=immediate-abort
    ;;
esac
LD_LIBRARY_PATH="$here/../lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/rustc.real" "$@"
WRAPPER
  chmod +x "$1"
}

from_debian() {
  command -v apt-get >/dev/null || fail "no apt-get on this machine"
  [ "$(uname -m)" = x86_64 ] || fail "Debian's compiler is set up for x86_64 only"
  export DEBIAN_FRONTEND=noninteractive
  mkdir -p "$(dirname "$DIR")"
  exec 9>"$DIR.lock"
  flock 9   # Two builds at once would write one folder.

  as_root apt-get update -qq || say "apt-get update failed; going on with the lists that are here"
  local version libstd llvm stamp
  version=$(candidate rustc-web)
  [ -n "$version" ] || fail "apt has no rustc-web"
  stamp="$version $(sha256sum "${BASH_SOURCE[0]}" | cut -c1-16) $(rustc -vV | sed -n 's/release: //p')"
  if [ "$(cat "$DIR/.stamp" 2>/dev/null)" = "$stamp" ]; then
    say "rustc-web $version, as kept in $DIR"
    answer "$DIR/bin/rustc"
  fi

  say "building $TARGET of rustc-web $version in $DIR"
  # A fixed name, not a random one: it gets into the library's paths before they are remapped.
  local work="$DIR.tmp"
  rm -rf "$work"
  mkdir -p "$work/debs" "$work/root"
  trap "rm -rf '$work'" EXIT

  libstd=$(depends libstd-rust-web-dev '^libstd-rust-web-[0-9]')
  llvm=$(depends "$libstd" '^libllvm')
  [ -n "$libstd" ] && [ -n "$llvm" ] || fail "rustc-web $version is not laid out as expected: libstd '$libstd', LLVM '$llvm'"
  apt_install "$llvm" gcc libc6-dev xz-utils
  local packages=(rustc-web rust-web-src libstd-rust-web-dev "$libstd") try
  for try in 1 2 3; do
    (cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root "${packages[@]}") && break
    [ "$try" != 3 ] || fail "apt-get download failed: ${packages[*]}"
    sleep 5
    as_root apt-get update -qq || true
  done
  local package
  for package in rustc-web "$libstd" libstd-rust-web-dev; do
    dpkg-deb -x "$work"/debs/"${package}"_*.deb "$work/root"
  done
  # Only the library's folder: the whole source is twenty times as large. tar complains of one pattern
  # that some versions of the package do not have; what matters is checked right after.
  dpkg-deb --fsys-tarfile "$work"/debs/rust-web-src_*.deb |
    tar -x -C "$work/root" --wildcards './usr/src/rustc-*/library' './usr/src/rustc-*/src/version' 2>/dev/null || true
  local library
  library=$(echo "$work"/root/usr/src/rustc-*/library)
  [ -f "$library/sysroot/Cargo.toml" ] || fail "rust-web-src $version has no library/sysroot"

  local tc="$work/toolchain"
  mkdir -p "$tc/bin"
  mv "$work/root/usr/lib" "$tc/lib"
  mv "$work/root/usr/bin/rustc" "$tc/bin/rustc.real"
  rm -rf "$tc/lib/rustlib/src"
  write_rustc "$tc/bin/rustc"
  "$tc/bin/rustc" --version

  # rustc calls `rust-lld` for wasm: rustup's toolchains have it, else Debian's lld does.
  local lld
  lld=$(rustc --print sysroot)/lib/rustlib/$HOST/bin/rust-lld
  if [ ! -x "$lld" ]; then
    apt_install "lld-${llvm#libllvm}"
    lld=/usr/bin/lld-${llvm#libllvm}
  fi
  mkdir -p "$tc/lib/rustlib/$HOST/bin"
  ln -s "$lld" "$tc/lib/rustlib/$HOST/bin/rust-lld"

  # The library as its own bootstrap builds it: its workspace, its profile `dist`, so that LTO works. Its
  # small sorts in place of its fast ones save a page 17 KB of download.
  sed -i 's/^debug = 1.*/debug = 0/' "$library/Cargo.toml"
  (
    cd "$library"
    unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_BUILD_DIR CARGO_BUILD_TARGET RUSTC_WRAPPER
    export RUSTC="$tc/bin/rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" __CARGO_DEFAULT_LIB_METADATA=wasmstd
    export RUSTFLAGS="-Zforce-unstable-if-unmarked --remap-path-prefix=$work=/wasm-std --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    cargo build --quiet --locked --profile dist --manifest-path sysroot/Cargo.toml --target "$TARGET" \
      --features optimize_for_size
  )
  mkdir -p "$tc/lib/rustlib/$TARGET/lib"
  cp "$work/target/$TARGET"/dist/deps/*.rlib "$tc/lib/rustlib/$TARGET/lib/"
  rm -f "$tc/lib/rustlib/$TARGET/lib"/libsysroot-*.rlib

  # Nothing is published that has not linked once.
  echo '#![no_main] #[unsafe(no_mangle)] pub extern "C" fn f(x: u32) -> usize { format!("{x}").len() }' > "$work/smoke.rs"
  "$tc/bin/rustc" --edition 2024 --target "$TARGET" --crate-type cdylib -O -C lto=fat -C panic=abort \
    "$work/smoke.rs" -o "$work/smoke.wasm"
  echo "$stamp" > "$tc/.stamp"
  rm -rf "$DIR"
  mv "$tc" "$DIR"
  # Artifacts compiled against the library of before do not link with this one, and cargo cannot tell them apart.
  rm -rf "$DIR.build"
  say "done, $(du -sh "$DIR" | cut -f1)"
  answer "$DIR/bin/rustc"
}

case $MODE in
  rustup) from_rustup || fail "rustup cannot add $TARGET here: install it, or set WASM_TOOLCHAIN=debian" ;;
  debian) from_debian ;;
  auto)
    from_rustup || say "rustup has no $TARGET and cannot add it"
    command -v apt-get >/dev/null ||
      fail "no compiler for $TARGET: run 'rustup target add $TARGET', or use a Debian machine with rustc-web"
    from_debian
    ;;
  *) fail "WASM_TOOLCHAIN is auto, rustup or debian, not '$MODE'" ;;
esac
