//! What the page's files import.

use std::collections::BTreeMap;

use super::modules::Use;

/// Which file of the page imports which, in TypeScript and in Svelte.
pub fn uses(texts: &BTreeMap<String, String>) -> Vec<Use> {
    let mut found = vec![];
    for (from, text) in texts {
        for (line, import) in imports(text) {
            if !import.starts_with('.') {
                continue;
            }
            let path = joined(from, import);
            let candidates = [
                path.clone(),
                format!("{path}.ts"),
                format!("{path}.svelte.ts"),
                format!("{path}/index.ts"),
            ];
            let to = candidates.into_iter().find(|path| texts.contains_key(path));
            found.extend(to.map(|to| Use { from: from.clone(), to, line }));
        }
    }
    found
}

/// What stands behind `from`, `import` and `export`, with its line. Prettier keeps it on one line.
pub fn imports(text: &str) -> Vec<(usize, &str)> {
    let mut found = vec![];
    for (at, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("//") || code.starts_with('*') {
            continue;
        }
        for before in ["from \"", "import \"", "import(\""] {
            for rest in line.split(before).skip(1) {
                found.extend(rest.split_once('"').map(|(import, _)| (at + 1, import)));
            }
        }
    }
    found
}

/// `../parts/Money.svelte` from `ui/src/pages/Plan.svelte` is `ui/src/parts/Money.svelte`.
fn joined(from: &str, import: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn imports_lead_to_files() {
    let files = [
        ("src/a.ts", "// import \"./e\";\nimport {\n  b,\n} from \"./b\";\nimport \"./a.css\";"),
        ("src/b/index.ts", "export * from \"../c.svelte\";\nimport { mount } from \"svelte\";"),
        ("src/c.svelte.ts", "const a = await import(\"./D.svelte\");"),
        ("src/D.svelte", "<script>\n  import type { A } from \"./a\";\n</script>"),
        ("src/e.ts", ""),
    ];
    let texts = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    let show = |found: &Use| format!("{}:{} {}", found.from, found.line, found.to);
    let expected = [
        "src/D.svelte:2 src/a.ts",
        "src/a.ts:4 src/b/index.ts",
        "src/b/index.ts:1 src/c.svelte.ts",
        "src/c.svelte.ts:1 src/D.svelte",
    ];
    assert_eq!(uses(&texts).iter().map(show).collect::<Vec<_>>(), expected);
}
