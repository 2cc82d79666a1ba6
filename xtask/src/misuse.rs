//! Writes the C code that misuses every function of the header, and that compares every constant with the
//! library. The expected status follows from the types and the documentation of the parameters, so a new
//! function is misused from the day it is in the header; the few exceptions are in the tables of `roles`.
//!
//! The code is included by `ffi/tests/misuse.c` and `ffi/tests/constants.c`, which hold what it runs on.

use std::fmt::Write as _;

use crate::header::{Function, functions};
use crate::roles::{
    ALSO_RIGHT, HANDLES, Role, Struct, bytes, callback, is_call, role, structs, text,
};

/// The C code of all misuse.
pub fn cases(header: &str) -> Result<String, String> {
    let (functions, structs) = (functions(header), structs(header));
    let mut code = String::from("/* Made by `cargo xtask c` from include/kenpoint.h. */\n\n");
    let mut all = String::new();
    for function in &functions {
        let name = &function.name;
        if name.ends_with("_destroy") {
            destructor(&mut code, function)?;
        } else if name.ends_with("_init") {
            init(&mut code, function, &structs)?;
        } else if name.ends_with("_init_sized") {
            init_sized(&mut code, function)?;
        } else if is_call(function) {
            frame(&mut code, function, &structs)?;
            call(&mut code, function, &structs)?;
        } else {
            accessor(&mut code, function, &structs)?;
        }
        let _ = writeln!(all, "    misuse_{name}(f);");
    }
    let _ = write!(
        code,
        "static void misuse_everything(fixture *f) {{\n{all}}}\n"
    );
    let _ = writeln!(code, "#define N_FUNCTIONS {}", functions.len());
    Ok(code)
}

/// The arguments of a call as a struct, what fills it rightly, the call, and what becomes of its outputs.
fn frame(code: &mut String, function: &Function, structs: &[Struct]) -> Result<(), String> {
    let name = &function.name;
    let (mut fields, mut fill, mut list) = (String::new(), String::new(), Vec::new());
    let (mut spoil, mut same, mut free) = (String::new(), String::new(), String::new());
    // Structs that say their size are filled before the call and not spoilt.
    let mut initial = String::new();
    let mut place = |fields: &mut String,
                     fill: &mut String,
                     kind: &str,
                     parameter: &str,
                     unless: &str| {
        let _ = writeln!(fields, "    {kind} at_{parameter};");
        let _ = writeln!(fill, "    a->{parameter} = &a->at_{parameter};");
        let _ = writeln!(
            spoil,
            "    spoil(&a->at_{parameter}, sizeof a->at_{parameter});"
        );
        let _ = writeln!(
            same,
            "    if ({unless}!is_spoilt(&a->at_{parameter}, sizeof a->at_{parameter})) {{ return 0; }}"
        );
    };
    for (at, (kind, parameter)) in function.parameters.iter().enumerate() {
        if parameter == "err" {
            break;
        }
        list.push(format!("a->{parameter}"));
        let space = if kind.ends_with('*') { "" } else { " " };
        let _ = writeln!(fields, "    {kind}{space}{parameter};");
        match role(function, at, structs) {
            Role::Handle(handle, _) => {
                let value = HANDLES
                    .iter()
                    .find(|(one, _)| *one == handle)
                    .map_or("", |(_, v)| v);
                // Closing what is closed is right, and leaves the base that the others share open; an interrupt would end
                // the calls of the other thread.
                let value = if !enters(function) && handle == "ken_base" {
                    "f->closed"
                } else {
                    value
                };
                let _ = writeln!(fill, "    a->{parameter} = {value};");
            }
            Role::Slot(handle, _) => {
                // A batch that fails sets the places of the requests that failed to NULL.
                let null = if name.ends_with("_many") {
                    format!("a->at_{parameter} != NULL && ")
                } else {
                    String::new()
                };
                place(
                    &mut fields,
                    &mut fill,
                    &format!("{handle} *"),
                    parameter,
                    &null,
                );
                let _ = writeln!(
                    free,
                    "    if (!is_spoilt(&a->at_{parameter}, sizeof a->at_{parameter})) {{ {handle}_destroy(&a->at_{parameter}); }}"
                );
            }
            Role::Place(kind, _) => {
                let is_sized = structs.iter().any(|one| one.name == kind && one.is_sized());
                if is_sized {
                    let _ = writeln!(fields, "    {kind} at_{parameter};");
                    let _ = writeln!(
                        fill,
                        "    a->{parameter} = &a->at_{parameter};\n    {kind}_init(&a->at_{parameter});"
                    );
                    let _ = writeln!(
                        initial,
                        "    {{ {kind} one; {kind}_init(&one); one.struct_size = a->at_{parameter}.struct_size; if (memcmp(&one, &a->at_{parameter}, sizeof one) != 0) {{ return 0; }} }}"
                    );
                    continue;
                }
                place(&mut fields, &mut fill, &kind, parameter, "");
                if kind == "struct ArrowArrayStream" {
                    let _ = writeln!(
                        free,
                        "    if (!is_spoilt(&a->at_{parameter}, sizeof a->at_{parameter})) {{ a->at_{parameter}.release(&a->at_{parameter}); }}"
                    );
                }
            }
            Role::Given(kind) => {
                let _ = writeln!(fields, "    {kind} given_{parameter};");
                let _ = writeln!(
                    fill,
                    "    a->given_{parameter} = right_{kind}(f);\n    a->{parameter} = &a->given_{parameter};"
                );
            }
            Role::Text => {
                let _ = writeln!(fill, "    a->{parameter} = {};", text(name, parameter));
            }
            Role::Callback(kind, _) => {
                let _ = writeln!(fill, "    a->{parameter} = {};", callback(&kind)?);
            }
            Role::Count => {
                let n = if parameter == "len" {
                    bytes(name)?.1
                } else {
                    "1"
                };
                let _ = writeln!(fill, "    a->{parameter} = {n};");
            }
            Role::Numbers(kind) => {
                let value = if kind == "uint8_t" {
                    bytes(name)?.0
                } else {
                    "&LATER"
                };
                let _ = writeln!(fill, "    a->{parameter} = {value};");
            }
            Role::Instant => {
                let value = if parameter == "known_ms" {
                    "LATER"
                } else {
                    "KEN_NOW"
                };
                let _ = writeln!(fill, "    a->{parameter} = {value};");
            }
            Role::Stream => {
                let _ = writeln!(
                    fill,
                    "    a->{parameter} = &a->stream;\n    make_stream(f, &a->stream);"
                );
                fields.push_str("    struct ArrowArrayStream stream;\n");
                free.push_str("    if (a->stream.release) { a->stream.release(&a->stream); }\n");
            }
            Role::Index => {
                let _ = writeln!(fill, "    a->{parameter} = 0;");
            }
            Role::Limit => {
                let _ = writeln!(fill, "    a->{parameter} = 10;");
            }
            Role::Plain => {
                let value = match parameter.as_str() {
                    "version" | "level" => "1",
                    "expects" => "1",
                    _ => "0",
                };
                let value = if kind.contains('*') { "NULL" } else { value };
                let _ = writeln!(fill, "    a->{parameter} = {value};");
            }
        }
    }
    let _ = write!(
        code,
        "typedef struct {{\n{fields}    int none;\n}} args_{name};\n\
         static void fill_{name}(fixture *f, args_{name} *a) {{\n    memset(a, 0, sizeof *a);\n    (void)f;\n{fill}{spoil}}}\n\
         static ken_status call_{name}(const args_{name} *a, ken_error **err) {{\n    (void)a;\n    return {name}({}{}err);\n}}\n\
         static int is_untouched_{name}(const args_{name} *a) {{\n    (void)a;\n{same}{initial}    return 1;\n}}\n\
         static void free_{name}(args_{name} *a) {{\n    (void)a;\n{free}}}\n\n",
        list.join(", "),
        if list.is_empty() { "" } else { ", " },
    );
    Ok(())
}

/// One misuse: what is done to the arguments, the code, and the words that the message must hold.
struct Case {
    what: String,
    change: String,
    code: String,
    names: String,
}

fn call(code: &mut String, function: &Function, structs: &[Struct]) -> Result<(), String> {
    let name = &function.name;
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |what: String, change: String, code: &str, names: &str| {
        cases.push(Case {
            what,
            change,
            code: code.to_owned(),
            names: names.to_owned(),
        });
    };
    for (at, (_, parameter)) in function.parameters.iter().enumerate() {
        if parameter == "err" {
            break;
        }
        let a = format!("a.{parameter}");
        match role(function, at, structs) {
            Role::Handle(handle, nullable) => {
                let null = if nullable {
                    "KEN_OK"
                } else {
                    "KEN_ERR_NULL_ARGUMENT"
                };
                add(
                    format!("{parameter}: NULL"),
                    format!("{a} = NULL"),
                    null,
                    parameter,
                );
                for (other, value) in HANDLES.iter().filter(|(one, _)| *one != handle) {
                    add(
                        format!("{parameter}: a {other}"),
                        format!("{a} = (void *)(uintptr_t){value}"),
                        "KEN_ERR_WRONG_HANDLE",
                        parameter,
                    );
                }
                add(
                    format!("{parameter}: not aligned"),
                    format!("{a} = (void *)((uintptr_t){a} + 1)"),
                    "KEN_ERR_WRONG_HANDLE",
                    parameter,
                );
                if handle == "ken_base" && enters(function) {
                    let closed = format!("{a} = f->closed");
                    add(
                        format!("{parameter}: closed"),
                        closed,
                        "KEN_ERR_CLOSED",
                        parameter,
                    );
                }
            }
            Role::Slot(_, nullable) | Role::Place(_, nullable) => {
                if let Role::Place(kind, _) = role(function, at, structs)
                    && structs.iter().any(|one| one.name == kind && one.is_sized())
                {
                    add(
                        format!("{parameter}.struct_size: 8"),
                        format!("a.at_{parameter}.struct_size = 8"),
                        "KEN_ERR_INVALID_VALUE",
                        parameter,
                    );
                }
                let null = if nullable {
                    "RIGHT"
                } else {
                    "KEN_ERR_NULL_ARGUMENT"
                };
                add(
                    format!("{parameter}: NULL"),
                    format!("{a} = NULL"),
                    null,
                    parameter,
                );
            }
            Role::Text => texts(&mut add, parameter, &a, parameter),
            Role::Callback(_, nullable) => {
                // The documentation of `drop` covers two lines.
                let nullable = nullable || parameter == "drop";
                let null = if nullable {
                    "RIGHT"
                } else {
                    "KEN_ERR_NULL_ARGUMENT"
                };
                add(
                    format!("{parameter}: NULL"),
                    format!("{a} = NULL"),
                    null,
                    parameter,
                );
            }
            Role::Given(kind) => {
                let null = format!("{a} = NULL");
                add(
                    format!("{parameter}: NULL"),
                    null,
                    "KEN_ERR_NULL_ARGUMENT",
                    parameter,
                );
                add(
                    format!("{parameter}: not aligned"),
                    format!("{a} = (void *)((uintptr_t){a} + 1)"),
                    "KEN_ERR_INVALID_VALUE",
                    parameter,
                );
                let word = parameter.trim_end_matches('s');
                fields(
                    &mut add,
                    &kind,
                    parameter,
                    &format!("a.given_{parameter}"),
                    word,
                    structs,
                );
            }
            Role::Numbers(kind) => {
                let null = format!("{a} = NULL");
                add(
                    format!("{parameter}: NULL"),
                    null,
                    "KEN_ERR_NULL_ARGUMENT",
                    parameter,
                );
                if kind != "uint8_t" {
                    add(
                        format!("{parameter}: not aligned"),
                        format!("{a} = (void *)((uintptr_t){a} + 1)"),
                        "KEN_ERR_INVALID_VALUE",
                        parameter,
                    );
                }
            }
            Role::Count => {
                let before = at.checked_sub(1).and_then(|at| function.parameters.get(at));
                let list = before.map_or("", |(_, name)| name);
                add(
                    format!("{parameter}: 2^40"),
                    format!("{a} = HUGE_LENGTH"),
                    "KEN_ERR_TOO_LARGE",
                    list,
                );
                add(format!("{parameter}: 0"), format!("{a} = 0"), "ANY", "");
            }
            Role::Index => {
                add(
                    format!("{parameter}: 2^40"),
                    format!("{a} = HUGE_LENGTH"),
                    "KEN_ERR_INVALID_VALUE",
                    parameter,
                );
            }
            Role::Limit => {
                add(
                    format!("{parameter}: 0"),
                    format!("{a} = 0"),
                    "KEN_ERR_INVALID_VALUE",
                    parameter,
                );
                add(
                    format!("{parameter}: 2^40"),
                    format!("{a} = HUGE_LENGTH"),
                    "KEN_ERR_TOO_LARGE",
                    parameter,
                );
            }
            Role::Instant => {
                add(
                    format!("{parameter}: out of time"),
                    format!("{a} = INT64_MAX"),
                    "KEN_ERR_INVALID_VALUE",
                    parameter,
                );
            }
            Role::Stream => {
                let change = format!("{a} = NULL");
                add(
                    format!("{parameter}: NULL"),
                    change,
                    "KEN_ERR_NULL_ARGUMENT",
                    parameter,
                );
                add(
                    format!("{parameter}: released"),
                    "a.stream.release(&a.stream)".to_owned(),
                    "KEN_ERR_INVALID_RECORD",
                    parameter,
                );
            }
            Role::Plain => {}
        }
    }
    let also = ALSO_RIGHT
        .iter()
        .find(|(one, _)| one == name)
        .map_or("KEN_OK", |(_, code)| code);
    let _ = writeln!(code, "static void misuse_{name}(fixture *f) {{");
    let _ = writeln!(
        code,
        "    TRY({name}, \"as it should be\", ((void)0), RIGHT, {also}, \"\");"
    );
    for case in &cases {
        let Case {
            what,
            change,
            code: wanted,
            names,
        } = case;
        let _ = writeln!(
            code,
            "    TRY({name}, \"{what}\", ({change}), {wanted}, {also}, \"{names}\");"
        );
    }
    let _ = writeln!(code, "    PANIC({name});");
    if enters(function) {
        let _ = writeln!(code, "    PANIC_INSIDE({name});");
    }
    code.push_str("}\n\n");
    Ok(())
}

/// Tells if a call needs an open base. A closing does not, nor does an interrupt, which only counts.
fn enters(function: &Function) -> bool {
    const WITHOUT: [&str; 2] = ["ken_base_close", "ken_base_interrupt"];
    let takes_base = function
        .parameters
        .first()
        .is_some_and(|(kind, _)| kind == "const ken_base *");
    takes_base && !WITHOUT.contains(&function.name.as_str())
}

/// Misuse of a text.
fn texts(add: &mut impl FnMut(String, String, &str, &str), path: &str, place: &str, names: &str) {
    let utf8 = format!("{place} = BAD_UTF8");
    add(
        format!("{path}: not UTF-8"),
        utf8,
        "KEN_ERR_INVALID_UTF8",
        names,
    );
    let null = format!("{place}.ptr = NULL, {place}.len = 5");
    add(
        format!("{path}: NULL with a length"),
        null,
        "KEN_ERR_NULL_ARGUMENT",
        names,
    );
    let huge = format!("{place}.len = HUGE_LENGTH");
    add(
        format!("{path}: 2^40 bytes"),
        huge,
        "KEN_ERR_TOO_LARGE",
        names,
    );
    add(
        format!("{path}: empty"),
        format!("{place}.len = 0"),
        "ANY",
        "",
    );
}

/// Misuse of the fields of a struct, and of the structs in it.
fn fields(
    add: &mut impl FnMut(String, String, &str, &str),
    kind: &str,
    path: &str,
    place: &str,
    word: &str,
    structs: &[Struct],
) {
    let Some(found) = structs.iter().find(|one| one.name == kind) else {
        return;
    };
    for (kind, field) in &found.fields {
        let (path, place) = (format!("{path}.{field}"), format!("{place}.{field}"));
        let names = format!("{word}.{field}");
        match (kind.as_str(), field.as_str()) {
            ("uint32_t", "struct_size") => {
                for value in ["0", "8", "UINT32_MAX"] {
                    add(
                        format!("{path}: {value}"),
                        format!("{place} = {value}"),
                        "KEN_ERR_INVALID_VALUE",
                        &names,
                    );
                }
            }
            ("ken_str", _) => texts(add, &path, &place, &names),
            ("uint32_t", "explain" | "reserved") => {
                add(
                    format!("{path}: 2"),
                    format!("{place} = 2"),
                    "KEN_ERR_INVALID_VALUE",
                    &names,
                );
            }
            ("int", "markup") => {
                for value in ["-1", "2"] {
                    add(
                        format!("{path}: {value}"),
                        format!("{place} = {value}"),
                        "KEN_ERR_INVALID_VALUE",
                        &names,
                    );
                }
            }
            ("int64_t", _) => {
                add(
                    format!("{path}: out of time"),
                    format!("{place} = INT64_MAX"),
                    "KEN_ERR_INVALID_VALUE",
                    &names,
                );
            }
            ("double", _) => {
                add(
                    format!("{path}: NaN"),
                    format!("{place} = NAN"),
                    "KEN_ERR_INVALID_VALUE",
                    field,
                );
            }
            ("size_t", "limit") => {
                add(
                    format!("{path}: 0"),
                    format!("{place} = 0"),
                    "KEN_ERR_INVALID_VALUE",
                    field,
                );
                add(
                    format!("{path}: 2^40"),
                    format!("{place} = HUGE_LENGTH"),
                    "KEN_ERR_TOO_LARGE",
                    field,
                );
            }
            ("size_t", "snippet_chars") => {
                add(
                    format!("{path}: 2001"),
                    format!("{place} = 2001"),
                    "KEN_ERR_TOO_LARGE",
                    field,
                );
            }
            ("size_t", "offset") => {
                add(
                    format!("{path}: 2^40"),
                    format!("{place} = HUGE_LENGTH"),
                    "KEN_ERR_TOO_LARGE",
                    field,
                );
                add(
                    format!("{path}: all bits"),
                    format!("{place} = SIZE_MAX"),
                    "KEN_ERR_TOO_LARGE",
                    field,
                );
            }
            ("size_t", _) => {}
            (kind, _) if kind.starts_with("const ken_") => {
                let (dir, _) = place.rsplit_once('.').unwrap_or(("", ""));
                let n = format!("{dir}.n_{field}");
                let item = if kind.contains("ken_product") {
                    "BAD_PRODUCT"
                } else if kind.contains("ken_entry") {
                    "BAD_ENTRY"
                } else {
                    "BAD_TEXT"
                };
                add(
                    format!("{path}: NULL, of 1"),
                    format!("{place} = NULL, {n} = 1"),
                    "KEN_ERR_NULL_ARGUMENT",
                    &names,
                );
                add(
                    format!("{path}: of 2^40"),
                    format!("{place} = &{item}, {n} = HUGE_LENGTH"),
                    "KEN_ERR_TOO_LARGE",
                    &names,
                );
                add(
                    format!("{path}: a bad text"),
                    format!("{place} = &{item}, {n} = 1"),
                    "KEN_ERR_INVALID_UTF8",
                    &names,
                );
                add(
                    format!("{path}: not aligned"),
                    format!("{place} = (void *)((uintptr_t)&{item} + 1), {n} = 1"),
                    "KEN_ERR_INVALID_VALUE",
                    &names,
                );
            }
            (kind, _) if kind.starts_with("ken_") => {
                fields(add, kind, &path, &place, &names, structs);
            }
            _ => {}
        }
    }
}

fn destructor(code: &mut String, function: &Function) -> Result<(), String> {
    let name = &function.name;
    let handle = name.trim_end_matches("_destroy");
    if !HANDLES.iter().any(|(one, _)| *one == handle) {
        return Err(format!(
            "{name}: xtask/src/roles.rs does not know the handle {handle}; add it"
        ));
    }
    let _ = write!(
        code,
        "static void misuse_{name}(fixture *f) {{\n    {name}(NULL);\n    {handle} *none = NULL;\n    {name}(&none);\n    \
         CHECK(none == NULL);\n    {handle} *some = make_{handle}(f);\n    CHECK(some != NULL);\n"
    );
    for (other, value) in HANDLES.iter().filter(|(one, _)| *one != handle) {
        let _ = write!(
            code,
            "    {{\n        {handle} *wrong = (void *)(uintptr_t){value};\n        {name}(&wrong);\n        \
             CHECK(wrong == (void *)(uintptr_t){value} && \"{name} of a {other}\");\n    }}\n"
        );
    }
    let _ = write!(
        code,
        "    if (may_panic()) {{\n        panic_at(0);\n        {name}(&some);\n        panic_off();\n        \
         CHECK(some != NULL && \"{name} panicked and the handle is there still\");\n    }}\n    \
         {name}(&some);\n    CHECK(some == NULL);\n    {name}(&some);\n    CHECK(some == NULL);\n}}\n\n"
    );
    Ok(())
}

fn init(code: &mut String, function: &Function, structs: &[Struct]) -> Result<(), String> {
    let name = &function.name;
    let kind = match function.parameters.as_slice() {
        [(kind, _)] => kind.trim_end_matches([' ', '*']),
        _ => return Err(format!("{name}: an init function has one parameter")),
    };
    let _ = write!(
        code,
        "static void misuse_{name}(fixture *f) {{\n    (void)f;\n    {name}(NULL);\n    {kind} some;\n    spoil(&some, sizeof some);\n"
    );
    let sized = structs.iter().any(|one| one.name == kind && one.is_sized());
    let _ = write!(
        code,
        "    if (may_panic()) {{\n        panic_at(0);\n        {name}(&some);\n        panic_off();\n        \
         CHECK(is_spoilt(&some, sizeof some));\n    }}\n    {name}(&some);\n"
    );
    if sized {
        // The macro knows the size; the function behind its name has the layout of the first release.
        let _ = write!(
            code,
            "    CHECK(some.struct_size == sizeof some);\n    ({name})(NULL);\n    ({name})(&some);\n    \
             CHECK(some.struct_size > 8 && some.struct_size <= sizeof some);\n"
        );
    } else {
        code.push_str("    CHECK(!is_spoilt(&some, sizeof some));\n");
    }
    code.push_str("}\n\n");
    Ok(())
}

/// The init function that is told a size: it writes no byte behind it.
fn init_sized(code: &mut String, function: &Function) -> Result<(), String> {
    let name = &function.name;
    let kind = match function.parameters.as_slice() {
        [(kind, _), _] => kind.trim_end_matches([' ', '*']),
        _ => return Err(format!("{name}: a sized init function has two parameters")),
    };
    let _ = write!(
        code,
        "static void misuse_{name}(fixture *f) {{\n    (void)f;\n    {name}(NULL, sizeof({kind}));\n    \
         union {{ {kind} some; unsigned char bytes[sizeof({kind}) + 16]; }} place;\n    spoil(&place, sizeof place);\n    \
         if (may_panic()) {{\n        panic_at(0);\n        {name}(&place.some, sizeof place);\n        panic_off();\n    }}\n    \
         {name}(&place.some, 0);\n    CHECK(is_spoilt(&place, sizeof place));\n    \
         for (size_t size = 8; size <= sizeof place; size += 8) {{\n        spoil(&place, sizeof place);\n        \
         {name}(&place.some, size);\n        CHECK(place.some.struct_size == size);\n        \
         CHECK(is_spoilt(place.bytes + size, sizeof place - size));\n    }}\n    \
         CHECK(place.bytes[sizeof({kind})] == 0 && place.bytes[sizeof place - 1] == 0);\n}}\n\n"
    );
    Ok(())
}

/// A function that answers with a value, and a neutral one where there is none.
fn accessor(code: &mut String, function: &Function, structs: &[Struct]) -> Result<(), String> {
    let name = &function.name;
    let neutral = |call: String| match function.returns.as_str() {
        "ken_str" => format!("({call}).len == 0"),
        _ => format!("{call} == 0"),
    };
    let args = |changed: Option<(usize, &str)>| -> String {
        let values: Vec<String> = function
            .parameters
            .iter()
            .enumerate()
            .map(|(at, _)| match changed {
                Some((place, value)) if place == at => value.to_owned(),
                _ => match role(function, at, structs) {
                    Role::Handle(handle, _) => {
                        let value = HANDLES.iter().find(|(one, _)| *one == handle);
                        value.map_or("", |(_, value)| value).to_owned()
                    }
                    _ => "0".to_owned(),
                },
            })
            .collect();
        values.join(", ")
    };
    let _ = write!(
        code,
        "static void misuse_{name}(fixture *f) {{\n    (void)f;\n    (void){name}({});\n",
        args(None)
    );
    for (at, _) in function.parameters.iter().enumerate() {
        match role(function, at, structs) {
            Role::Handle(handle, _) => {
                let mut wrong = vec!["NULL".to_owned()];
                for (other, value) in HANDLES {
                    let shift = if *other == handle { " + 1" } else { "" };
                    wrong.push(format!("(void *)((uintptr_t){value}{shift})"));
                }
                for value in wrong {
                    let call = format!("{name}({})", args(Some((at, &value))));
                    let _ = writeln!(code, "    CHECK({});", neutral(call));
                }
            }
            Role::Index => {
                for value in ["HUGE_LENGTH", "SIZE_MAX"] {
                    let call = format!("{name}({})", args(Some((at, value))));
                    let _ = writeln!(code, "    CHECK({});", neutral(call));
                }
            }
            _ => {
                for value in ["-1", "INT32_MAX", "INT32_MIN"] {
                    let call = format!("{name}({})", args(Some((at, value))));
                    let _ = writeln!(code, "    CHECK({});", neutral(call));
                }
            }
        }
    }
    let call = format!("{name}({})", args(None));
    let _ = write!(
        code,
        "    if (may_panic()) {{\n        panic_at(0);\n        CHECK({});\n        panic_off();\n    }}\n}}\n\n",
        neutral(call)
    );
    Ok(())
}

/// The C code that compares each constant of the header with the library.
pub fn constants(header: &str) -> String {
    let mut code = String::from("/* Made by `cargo xtask c` from include/kenpoint.h. */\n\n");
    code.push_str("static const struct { int number; const char *name; } CODES[] = {\n");
    for line in header.lines() {
        let Some(rest) = line.strip_prefix("#define KEN_ERR_") else {
            continue;
        };
        let Some((name, _)) = rest.split_once(' ') else {
            continue;
        };
        let camel: String = name
            .split('_')
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_owned() + &rest.to_lowercase()
            })
            .collect();
        let _ = writeln!(code, "    {{KEN_ERR_{name}, \"{camel}\"}},");
    }
    code.push_str("};\n\nstatic void check_sizes(void) {\n");
    for one in structs(header) {
        if one.is_sized() {
            let kind = &one.name;
            let _ = writeln!(
                code,
                "    {{ {kind} one; {kind}_init(&one); CHECK(one.struct_size == sizeof one); }}"
            );
        }
    }
    code.push_str("}\n");
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "typedef struct {\n    /** Size. */\n    uint32_t struct_size;\n    ken_str query;\n} ken_ask;\n\n\
        #define KEN_ERR_NOT_A_BASE 304\n\n\
        /**\n * Asks.\n * - `base`: borrowed.\n * - `n`: may be NULL; set.\n */\n\
        ken_status ken_do(const ken_base *base,\n    const ken_ask *ask,\n    size_t *n,\n    ken_error **err);\n\n";

    #[test]
    fn a_function_is_misused_by_its_types_and_documentation() {
        let code = cases(HEADER).unwrap();
        for case in [
            "TRY(ken_do, \"base: NULL\", (a.base = NULL), KEN_ERR_NULL_ARGUMENT,",
            "TRY(ken_do, \"base: a ken_buf\",",
            "TRY(ken_do, \"ask.struct_size: 8\",",
            "TRY(ken_do, \"ask.query: not UTF-8\", (a.given_ask.query = BAD_UTF8), KEN_ERR_INVALID_UTF8,",
            "TRY(ken_do, \"n: NULL\", (a.n = NULL), RIGHT,",
        ] {
            assert!(code.contains(case), "{case}\n{code}");
        }
    }

    #[test]
    fn constants_have_the_names_of_the_library() {
        let code = constants(HEADER);
        assert!(
            code.contains("{KEN_ERR_NOT_A_BASE, \"NotABase\"}"),
            "{code}"
        );
        assert!(code.contains("ken_ask_init(&one)"), "{code}");
    }
}
