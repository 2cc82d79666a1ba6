//! The roles of the parameters of the header's functions, by type and documentation, and a right value for
//! each. A new function may need a line here: everything else about it is worked out.

use crate::header::Function;

/// A right value for a text: of a parameter, or of one of a function's (`function.parameter`). A name that
/// is not here is an id of an article.
pub const TEXTS: &[(&str, &str)] = &[
    ("ken_base_open.path", "f->folder"),
    ("ken_base_import.path", "f->file"),
    ("ken_options_set.name", r#"KEN_STR("seed")"#),
    ("ken_options_set.value", r#"KEN_STR("7")"#),
    ("ken_base_put.article", "ARTICLE"),
    ("ken_base_edit.article", "ARTICLE"),
    ("ken_base_archive.article", r#"KEN_STR("old")"#),
    ("ken_base_merge.article", r#"KEN_STR("twin")"#),
    ("ken_base_set_fact.fact", "FACT"),
    (
        "ken_base_change_state.change",
        r#"KEN_STR("{\"audience\":\"public\"}")"#,
    ),
    ("audience", r#"KEN_STR("public")"#),
    ("by", r#"KEN_STR("ana")"#),
    ("ken_base_flag.reason", r#"KEN_STR("wrong")"#),
    ("relation", r#"KEN_STR("related")"#),
    ("into", r#"KEN_STR("lamp")"#),
    ("to", r#"KEN_STR("router")"#),
    ("draft", "CASE"),
    (
        "entry",
        r#"KEN_STR("{\"reuse\":\"issue\",\"text\":\"still dark\"}")"#,
    ),
    ("case_id", r#"KEN_STR("c1")"#),
    ("session_id", r#"KEN_STR("s1")"#),
    ("actor_id", r#"KEN_STR("ana")"#),
    ("token", "f->impression"),
    ("events", "EVENTS"),
    ("link", r#"KEN_STR("resolved")"#),
    ("verdict", r#"KEN_STR("confirmed")"#),
    ("policy", "f->policy"),
    ("request", r#"KEN_STR("{\"limit\":3}")"#),
    ("table", r#"KEN_STR("articles")"#),
    ("options", r#"KEN_STR("{}")"#),
    ("mapping", r#"KEN_STR("{}")"#),
    ("ken_base_import_bytes.name", r#"KEN_STR("a.jsonl")"#),
    ("markdown", r#"KEN_STR("*dark*")"#),
    ("ken_base_snapshot_file.path", "f->published"),
    ("ken_base_export_file.path", "f->exported"),
    ("ken_snapshot_open.path", "f->snapshot_file"),
    ("ken_snapshot_complete.audience", r#"KEN_STR("internal")"#),
    ("ken_visit_resume.json", "f->visit_json"),
    (
        "visitor",
        r#"KEN_STR("{\"party\":\"acme\",\"channel\":\"web\"}")"#,
    ),
    ("batch", "f->batch"),
    ("handoff", "f->handoff"),
    ("ken_base_open_handoff.case_id", r#"KEN_STR("c7")"#),
];

/// Right bytes for the parameters `bytes` and `len` of a function: where they begin, and how many.
pub const BYTES: &[(&str, &str, &str)] = &[
    (
        "ken_base_import_bytes",
        "(const uint8_t *)LINE",
        "sizeof LINE - 1",
    ),
    (
        "ken_snapshot_open_bytes",
        "ken_buf_data(f->packed)",
        "ken_buf_size(f->packed)",
    ),
    (
        "ken_snapshot_split",
        "ken_buf_data(f->packed)",
        "ken_buf_size(f->packed)",
    ),
    (
        "ken_snapshot_shard_names",
        "ken_buf_data(f->packed)",
        "ken_buf_size(f->packed)",
    ),
];

/// Functions whose right call may answer with another code than `KEN_OK`, since the shared base has been
/// through it before.
pub const ALSO_RIGHT: &[(&str, &str)] = &[
    ("ken_base_retract_link", "KEN_ERR_LINK_NOT_FOUND"),
    ("ken_base_edit", "KEN_ERR_VERSION_CONFLICT"),
    ("ken_base_open_case", "KEN_ERR_ALREADY_EXISTS"),
    ("ken_base_open_case_draft", "KEN_ERR_ALREADY_EXISTS"),
    // The file is there already, from the call before.
    ("ken_base_export_file", "KEN_ERR_IO"),
    // Another thread wrote since the instant of this call.
    ("ken_base_record_arrived", "KEN_ERR_OUT_OF_HISTORY"),
    ("ken_base_merge", "KEN_ERR_INVALID_TRANSITION"),
    // Two threads open, and the other one may have the same folder for a moment.
    ("ken_base_open", "KEN_ERR_BUSY"),
];

/// Handles of the header: the type, and what the fixture has of it.
pub const HANDLES: &[(&str, &str)] = &[
    ("ken_base", "f->base"),
    ("ken_options", "f->options"),
    ("ken_resources", "f->resources"),
    ("ken_results", "f->results"),
    ("ken_buf", "f->buf"),
    ("ken_error", "f->error"),
    ("ken_snapshot", "f->snapshot"),
    ("ken_visit", "f->visit"),
    ("ken_article", "f->article"),
    ("ken_case", "f->ticket"),
];

/// Callbacks, with one that does nothing and goes on.
pub const CALLBACKS: &[(&str, &str)] = &[
    ("ken_clock_fn", "stand_still"),
    ("ken_drop_fn", "NULL"),
    ("ken_log_fn", "say_nothing"),
    ("ken_progress_fn", "keep_importing"),
    ("ken_cancel_fn", "carry_on"),
    ("ken_replay_fn", "replay_nothing"),
    ("ken_write_fn", "take_all"),
    ("ken_shard_fn", "take_shard"),
];

/// A struct of the header: its name and its fields, type and name.
pub struct Struct {
    /// Its name.
    pub name: String,
    /// Its fields: type and name.
    pub fields: Vec<(String, String)>,
}

impl Struct {
    /// Tells if it begins with its size.
    pub fn is_sized(&self) -> bool {
        self.fields.iter().any(|(_, field)| field == "struct_size")
    }
}

/// The structs of a header.
pub fn structs(header: &str) -> Vec<Struct> {
    let mut found = Vec::new();
    for block in header.split("typedef struct {").skip(1) {
        let Some((body, rest)) = block.split_once("\n} ") else {
            continue;
        };
        let Some((name, _)) = rest.split_once(';') else {
            continue;
        };
        let fields = body
            .lines()
            .map(str::trim)
            .filter(|line| line.ends_with(';') && !line.starts_with('*'))
            .map(|line| {
                let line = line.trim_end_matches(';');
                let at = line.rfind([' ', '*']).map_or(0, |at| at + 1);
                let (kind, name) = line.split_at(at);
                (kind.trim().to_owned(), name.to_owned())
            })
            .collect();
        found.push(Struct {
            name: name.to_owned(),
            fields,
        });
    }
    found
}

/// The role of a parameter, as its type and its documentation say.
pub enum Role {
    /// `const ken_x *`, `ken_x *` of a handle; whether NULL is allowed.
    Handle(String, bool),
    /// `ken_x **` of a handle: a place to be set, or what is destroyed.
    Slot(String, bool),
    /// A struct of the caller's that is read, alone or as the first of `n`.
    Given(String),
    /// A struct, number or array that is written, and whether NULL is allowed.
    Place(String, bool),
    Text,
    /// A callback and whether NULL is allowed.
    Callback(String, bool),
    /// A number of items of the parameter before it.
    Count,
    /// A place in a list.
    Index,
    /// A number of wanted items, from 1.
    Limit,
    Instant,
    /// The first of `n` numbers.
    Numbers(String),
    /// The stream that is taken.
    Stream,
    Plain,
}

/// The role of a parameter of a function.
pub fn role(function: &Function, at: usize, structs: &[Struct]) -> Role {
    let Some((kind, name)) = function.parameters.get(at) else {
        return Role::Plain;
    };
    let nullable = function
        .comment
        .lines()
        .any(|line| line.contains(&format!("- `{name}`: ")) && line.contains("may be NULL"));
    let stars = kind.matches('*').count();
    let is_const = kind.starts_with("const ");
    let bare = kind
        .trim_start_matches("const ")
        .trim_end_matches([' ', '*'])
        .to_owned();
    let is_handle = HANDLES.iter().any(|(handle, _)| *handle == bare);
    let is_struct = structs.iter().any(|one| one.name == bare);
    match (stars, bare.as_str()) {
        (0, "ken_str") => Role::Text,
        (0, "int64_t") => Role::Instant,
        (0, "size_t") => match name.as_str() {
            "n" | "len" => Role::Count,
            "limit" => Role::Limit,
            _ => Role::Index,
        },
        (0, bare) if bare.ends_with("_fn") => Role::Callback(bare.to_owned(), nullable),
        (1, _) if is_handle => Role::Handle(bare, nullable),
        (2, _) if is_handle => Role::Slot(bare, nullable),
        (2, _) => Role::Place(
            kind.strip_suffix('*').unwrap_or(kind).trim().to_owned(),
            nullable,
        ),
        (1, "struct ArrowArrayStream") if name == "rows" => Role::Stream,
        (1, "void") => Role::Plain,
        (1, _) if is_const && is_struct => Role::Given(bare),
        (1, _) if is_const => Role::Numbers(bare),
        (1, _) => Role::Place(bare, nullable),
        _ => Role::Plain,
    }
}

/// True if a function answers with a status and has a place for an error.
pub fn is_call(function: &Function) -> bool {
    function
        .parameters
        .last()
        .is_some_and(|(_, name)| name == "err")
}

/// A right text for a parameter.
pub fn text(function: &str, parameter: &str) -> &'static str {
    let own = format!("{function}.{parameter}");
    TEXTS
        .iter()
        .find(|(name, _)| *name == own)
        .or_else(|| TEXTS.iter().find(|(name, _)| *name == parameter))
        .map_or(r#"KEN_STR("lamp")"#, |(_, value)| value)
}

/// Right bytes for a function: where they begin, and how many.
pub fn bytes(function: &str) -> Result<(&'static str, &'static str), String> {
    BYTES
        .iter()
        .find(|(name, ..)| *name == function)
        .map(|(_, first, len)| (*first, *len))
        .ok_or_else(|| format!("{function}: xtask/src/roles.rs has no bytes for it; add them"))
}

/// A callback of a type.
pub fn callback(kind: &str) -> Result<&'static str, String> {
    CALLBACKS
        .iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("{kind}: xtask/src/roles.rs has no callback of this type; add one"))
}
