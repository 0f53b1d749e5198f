//! The list of files that an upgrade leaves alone.

/// Patterns, one a line: a path, a folder with `/` at its end, or `*` for anything but `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore(Vec<String>);

impl Ignore {
    /// Reads the list; `#` begins a comment.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        Self(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// Whether a path of the project, with `/` in it, is on the list.
    pub fn matches(&self, path: &str) -> bool {
        self.0.iter().any(|pattern| match pattern.strip_suffix('/') {
            Some(folder) => {
                let depth = folder.split('/').count();
                let above: Vec<&str> = path.split('/').take(depth).collect();
                path.split('/').count() > depth && fits(folder, &above.join("/"))
            }
            None => fits(pattern, path),
        })
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut names) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), names.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) if one_fits(pattern, name) => {}
            _ => return false,
        }
    }
}

/// One name; the text before the first star, then each piece as early as it comes, then the end.
fn one_fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_folders_and_stars() {
        let list = Ignore::parse("# mine\nREADME.md\nsrc/\n webapp/src/*.tsx # panels\n*.lock\na*b*c\n");
        for path in
            ["README.md", "src/main.rs", "src/a/b.rs", "webapp/src/panel.tsx", "x.lock", "a1b2c", "abc"]
        {
            assert!(list.matches(path), "{path}");
        }
        for path in
            ["src", "webapp/src/client.ts", "webapp/src/a/b.tsx", "docs/README.md", "a/x.lock", "acb", "ab"]
        {
            assert!(!list.matches(path), "{path}");
        }
        assert!(!Ignore::default().matches("README.md"));
    }
}
