//! The Python package: builds the wheel, installs it into an environment of its own, and checks it there:
//! tests and docstrings, types, notebooks, and the wheel that the source distribution gives.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{command, output_command, root, run_command, tools_dir};
use crate::steps::Outcome;

/// The least Python; `abi3-py311` is built for it.
const LEAST: (u32, u32) = (3, 11);

/// Everything about the package. `--bless` writes the types anew.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let bless = match args {
        [] => false,
        [word] if word == "--bless" => true,
        other => return Err(format!("python [--bless], got {}", other.join(" "))),
    };
    let system = interpreter()?;
    let env = Environment::ready(&system)?;
    let wheels = root().join("target/python/wheels");
    env.install(&env.wheel(&wheels)?)?;
    types(&env, bless)?;
    env.python(&["-m", "pytest", "bindings-python/tests"])?;
    env.python(&["examples/python/run.py"])?;
    source_distribution(&env)?;
    Ok(Outcome::Passed)
}

/// Measures the package, see `bindings-python/bench`. The release wheel is measured.
pub fn bench(args: &[String]) -> Result<Outcome, String> {
    let system = interpreter()?;
    let env = Environment::ready(&system)?;
    env.install(&env.wheel(&root().join("target/python/wheels"))?)?;
    let mut all = vec!["bindings-python/bench/bench.py"];
    all.extend(args.iter().map(String::as_str));
    env.python(&all)?;
    Ok(Outcome::Passed)
}

/// The program that is a Python new enough.
fn interpreter() -> Result<String, String> {
    let version = "import sys; print('%d %d' % sys.version_info[:2])";
    let found = ["python3", "python"].into_iter().find_map(|program| {
        let text = output_command(&mut command(program, &["-c", version])).ok()?;
        let (major, minor) = text.trim().split_once(' ')?;
        let found = (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?);
        (found >= LEAST).then(|| program.to_owned())
    });
    found.ok_or_else(|| format!("Python {}.{} or later is needed", LEAST.0, LEAST.1))
}

/// A virtual environment with the tools of `requirements.txt`.
struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Makes it, or takes the one that is there and has these tools.
    fn ready(system: &str) -> Result<Environment, String> {
        let mut wanted = fs::read_to_string(root().join("bindings-python/requirements.txt"))
            .map_err(|e| format!("bindings-python/requirements.txt: {e}"))?;
        // An environment refers to the interpreter that made it.
        let identity = "import sys; print('#', sys.executable, sys.version.split()[0])";
        wanted += &output_command(&mut command(system, &["-c", identity]))?;
        let env = Environment {
            folder: tools_dir().join("python"),
        };
        let stamp = env.folder.join("kenpoint-requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
            return Ok(env);
        }
        let folder = env.folder.display().to_string();
        run_command(&mut command(system, &["-m", "venv", "--clear", &folder]))?;
        let tools = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            "bindings-python/requirements.txt",
        ];
        env.python(&tools)?;
        fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
        Ok(env)
    }

    /// A program of the environment.
    fn program(&self, name: &str) -> String {
        let scripts = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder.join(scripts).join(name).display().to_string()
    }

    /// Runs the environment's Python.
    fn python(&self, args: &[&str]) -> Result<(), String> {
        run_command(&mut self.command("python", args))
    }

    /// A program of the environment, to run in it.
    fn command(&self, name: &str, args: &[&str]) -> std::process::Command {
        let mut run = command(&self.program(name), args);
        run.env("VIRTUAL_ENV", &self.folder);
        run
    }

    /// Builds the wheel into an empty folder.
    fn wheel(&self, folder: &Path) -> Result<PathBuf, String> {
        empty(folder)?;
        let into = folder.display().to_string();
        let build = [
            "build",
            "--release",
            "--locked",
            "--manifest-path",
            "bindings-python/Cargo.toml",
            "--out",
            &into,
        ];
        run_command(&mut self.command("maturin", &build))?;
        only_file(folder, "whl")
    }

    /// Installs a wheel in place of the one that is there.
    fn install(&self, wheel: &Path) -> Result<(), String> {
        let wheel = wheel.display().to_string();
        self.python(&[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--force-reinstall",
            "--no-deps",
            &wheel,
        ])
    }
}

/// The types: generated and compared, checked against the compiled module both ways, and used.
fn types(env: &Environment, bless: bool) -> Result<(), String> {
    let folder = root().join("target/python/stubs");
    empty(&folder)?;
    let into = folder.display().to_string();
    let generate = [
        "generate-stubs",
        "--profile",
        "release",
        "--manifest-path",
        "bindings-python/Cargo.toml",
        "--out",
        &into,
    ];
    run_command(&mut env.command("maturin", &generate))?;
    let generated = only_file(&folder, "pyi")?.display().to_string();
    let mut compare = vec!["bindings-python/stubs.py", &generated];
    if !bless {
        compare.push("--check");
    }
    env.python(&compare)?;
    env.python(&["-m", "mypy.stubtest", "kenpoint._kenpoint"])?;
    let python = env.program("python");
    let used = [
        "--project",
        "bindings-python/pyproject.toml",
        "--pythonpath",
        &python,
    ];
    run_command(&mut env.command("pyright", &used))
}

/// Maturin's arguments that leave our own crates without optimisation. At another path than the workspace's they are
/// compiled anew, and nothing is measured of them.
const UNOPTIMISED: &str = "--config profile.release.package.kenpoint.opt-level=0 \
     --config profile.release.package.kenpoint-python.opt-level=0";

/// The source distribution builds, and what comes of it is imported.
fn source_distribution(env: &Environment) -> Result<(), String> {
    let folder = root().join("target/python/sdist");
    empty(&folder)?;
    let into = folder.display().to_string();
    let pack = [
        "sdist",
        "--manifest-path",
        "bindings-python/Cargo.toml",
        "--out",
        &into,
    ];
    run_command(&mut env.command("maturin", &pack))?;
    let packed = only_file(&folder, "gz")?.display().to_string();
    let build = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        &into,
        &packed,
    ];
    // Dependencies that were built for the wheel are not built again.
    let mut build = env.command("python", &build);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = env
        .folder
        .join(if cfg!(windows) { "Scripts" } else { "bin" });
    let paths = std::iter::once(here).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(paths).map_err(|e| format!("PATH: {e}"))?;
    build
        .env("CARGO_TARGET_DIR", root().join("target"))
        .env("MATURIN_PEP517_ARGS", UNOPTIMISED)
        .env("PATH", path);
    run_command(&mut build)?;
    env.install(&only_file(&folder, "whl")?)?;
    env.python(&[
        "-c",
        "import kenpoint; print('kenpoint', kenpoint.__version__, 'from its sources:', kenpoint.memory())",
    ])
}

/// Makes a folder that holds nothing.
fn empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// The one file below a folder that ends so.
fn only_file(folder: &Path, ending: &str) -> Result<PathBuf, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).map_err(|e| format!("{}: {e}", next.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        other => Err(format!(
            "{}: {} files end in .{ending}, and it should be one",
            folder.display(),
            other.len()
        )),
    }
}
