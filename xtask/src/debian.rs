//! The programs and headers of other projects that the steps need: the Debian package of each, a probe that shows
//! whether it is there, and the reason. `cargo xtask tools` installs what is missing; no other step installs any.

use crate::shell::{command, run_command};

/// One Debian package that a step needs.
struct Need {
    /// The name that apt knows it by.
    package: &'static str,
    /// A line for `sh` that succeeds if the package, or its like from elsewhere, is there.
    probe: &'static str,
    /// The steps that fail without it.
    steps: &'static [&'static str],
    /// The use that they make of it.
    reason: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        package: "gcc",
        probe: "gcc --version",
        steps: &["c", "examples", "cpp", "package"],
        reason: "compiles the tests of the C library, with its sanitizers, and links every Rust program",
    },
    Need {
        package: "libc6-dev",
        probe: "echo '#include <stdlib.h>' | gcc -E -x c - -o /dev/null",
        steps: &["c", "examples", "cpp", "package"],
        reason: "has the headers of C",
    },
    Need {
        package: "g++",
        probe: "g++ --version",
        steps: &["examples", "cpp", "package"],
        reason: "compiles the C++ layer and programs that use it; has the C++ library that clang takes too",
    },
    Need {
        package: "clang",
        probe: "clang++ --version",
        steps: &["c", "cpp"],
        reason: "compiles the C tests and the C++ layer a second time, with other warnings",
    },
    Need {
        package: "binutils",
        probe: "objcopy --version && readelf --version",
        steps: &["c", "package"],
        reason: "lists symbols and reduces the archive to ours",
    },
    Need {
        package: "valgrind",
        probe: "valgrind --version",
        steps: &["c", "cpp"],
        reason: "finds errors of memory and lost bytes",
    },
    Need {
        package: "pkg-config",
        probe: "pkg-config --version",
        steps: &["c", "package"],
        reason: "is one of the two ways in which C programs find the library",
    },
    Need {
        package: "libcjson-dev",
        probe: "pkg-config --exists libcjson",
        steps: &["c"],
        reason: "reads the scenarios of the conformance test in C",
    },
    Need {
        package: "cmake",
        probe: "cmake --version",
        steps: &["package"],
        reason: "is the other way in which C programs find the library",
    },
    Need {
        package: "make",
        probe: "make --version",
        steps: &["package"],
        reason: "builds what CMake describes",
    },
    Need {
        package: "php-cli",
        probe: "php -r 'exit(extension_loaded(\"ffi\") ? 0 : 1);'",
        steps: &["package"],
        reason: "calls the C library from PHP",
    },
    Need {
        package: "golang-go",
        probe: "go version",
        steps: &["package"],
        reason: "calls the C library from Go",
    },
    Need {
        package: "python3-venv",
        probe: "python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'",
        steps: &["python"],
        reason: "runs the Python package in an environment of its own",
    },
    Need {
        package: "nodejs",
        probe: "node --version",
        steps: &["web"],
        reason: "runs the npm package and its tests",
    },
    Need {
        package: "npm",
        probe: "npm --version",
        steps: &["web"],
        reason: "installs what those tests are written with",
    },
    Need {
        package: "chromium",
        probe: "test -x \"${CHROMIUM:-/usr/bin/chromium}\"",
        steps: &["web"],
        reason: "runs the npm package in a page; CHROMIUM names another one",
    },
];

impl Need {
    fn is_met(&self) -> bool {
        let probe = command("sh", &["-c", self.probe]).output();
        probe.is_ok_and(|done| done.status.success())
    }
}

/// Installs by apt what is missing for any step. On other systems than Linux nothing is looked for: each step says
/// what it lacks.
pub fn install() -> Result<(), String> {
    let missing = missing(|_| true);
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        println!("{:<13} {}", need.package, need.reason);
    }
    let script = format!(
        "export DEBIAN_FRONTEND=noninteractive\n\
         apt=\"apt-get -o DPkg::Lock::Timeout=600 -qq\"\n\
         $apt update || echo 'apt-get update failed; going on with the lists that are here'\n\
         $apt install -y --no-install-recommends {} >/dev/null",
        names(&missing)
    );
    let as_root =
        "if [ \"$(id -u)\" = 0 ]; then exec sh -ec \"$1\"; else exec sudo sh -ec \"$1\"; fi";
    let mut install = command("sh", &["-c", as_root, "install", &script]);
    run_command(&mut install).map_err(|why| format!("{why}\n{}", mended_by(&missing)))
}

/// Fails if `step` lacks a program, with the line that installs it.
pub fn ready(step: &str) -> Result<(), String> {
    let missing = missing(|need| need.steps.contains(&step));
    if missing.is_empty() {
        return Ok(());
    }
    Err(mended_by(&missing))
}

fn missing(is_wanted: impl Fn(&Need) -> bool) -> Vec<&'static Need> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let wanted = NEEDS.iter().filter(|need| is_wanted(need));
    wanted.filter(|need| !need.is_met()).collect()
}

fn names(needs: &[&Need]) -> String {
    let names: Vec<&str> = needs.iter().map(|need| need.package).collect();
    names.join(" ")
}

fn mended_by(missing: &[&Need]) -> String {
    format!(
        "missing; `cargo xtask tools` installs it on Debian, as does\n  apt-get install -y --no-install-recommends {}",
        names(missing)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_tells_what_is_here_from_what_is_not() {
        let need = |probe| Need {
            package: "a",
            probe,
            steps: &[],
            reason: "",
        };
        assert!(need("cargo --version").is_met());
        assert!(!need("no-such-compiler --version").is_met());
    }

    #[test]
    fn what_is_missing_is_named_in_the_line_that_installs_it() {
        let all: Vec<&Need> = NEEDS.iter().take(2).collect();
        assert!(mended_by(&all).ends_with("--no-install-recommends gcc libc6-dev"));
    }

    #[test]
    fn every_step_of_the_table_exists() {
        let steps: Vec<&str> = crate::TEST.iter().map(|step| step.name).collect();
        for step in NEEDS.iter().flat_map(|need| need.steps) {
            assert!(steps.contains(step), "{step}");
        }
    }
}
