//! Go's type expressions, as the schema writes them.

use anyhow::{Result, bail};

/// A parsed Go type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GoType {
    /// `string`, `int64`, `model.Post`, `any`, `error` …
    Named(String),
    /// `[]byte`.
    Bytes,
    Pointer(Box<GoType>),
    Slice(Box<GoType>),
    Map(Box<GoType>, Box<GoType>),
    /// Of a fixed length.
    Array(Box<GoType>),
}

impl GoType {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (parsed, rest) = parse(text)?;
        if !rest.is_empty() {
            bail!("`{text}`: `{rest}` left over");
        }
        Ok(parsed)
    }

    /// Calls `visit` with every name in it; `true` for those that are held in place, not behind a slice or map.
    pub(crate) fn names(&self, in_place: bool, visit: &mut impl FnMut(&str, bool)) {
        match self {
            Self::Named(name) => visit(name, in_place),
            Self::Bytes => {}
            Self::Pointer(inner) => inner.names(in_place, visit),
            Self::Slice(inner) => inner.names(false, visit),
            Self::Array(inner) => inner.names(in_place, visit),
            Self::Map(key, value) => {
                key.names(false, visit);
                value.names(false, visit);
            }
        }
    }
}

fn parse(text: &str) -> Result<(GoType, &str)> {
    if let Some(rest) = text.strip_prefix("[]byte") {
        return Ok((GoType::Bytes, rest));
    }
    if let Some(rest) = text.strip_prefix("[]") {
        let (inner, rest) = parse(rest)?;
        return Ok((GoType::Slice(inner.into()), rest));
    }
    if let Some((length, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if length.is_empty() || !length.bytes().all(|c| c.is_ascii_digit()) {
            bail!("`{text}`: no length");
        }
        let (inner, rest) = parse(rest)?;
        return Ok((GoType::Array(inner.into()), rest));
    }
    if let Some(rest) = text.strip_prefix('*') {
        let (inner, rest) = parse(rest)?;
        return Ok((GoType::Pointer(inner.into()), rest));
    }
    if let Some(rest) = text.strip_prefix("map[") {
        let (key, rest) = parse(rest)?;
        let Some(rest) = rest.strip_prefix(']') else { bail!("`{text}`: map without `]`") };
        let (value, rest) = parse(rest)?;
        return Ok((GoType::Map(key.into(), value.into()), rest));
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).unwrap_or(text.len());
    if end == 0 {
        bail!("`{text}`: no type");
    }
    Ok((GoType::Named(text[..end].to_owned()), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_types_parse() {
        let named = |name: &str| GoType::Named(name.into());
        assert_eq!(GoType::parse("[]byte").unwrap(), GoType::Bytes);
        assert_eq!(
            GoType::parse("map[string][]*model.Post").unwrap(),
            GoType::Map(
                named("string").into(),
                GoType::Slice(GoType::Pointer(named("model.Post").into()).into()).into()
            )
        );
        assert_eq!(GoType::parse("[5]byte").unwrap(), GoType::Array(named("byte").into()));
        assert!(GoType::parse("[n]byte").is_err());
        assert!(GoType::parse("map[string").is_err());
        assert!(GoType::parse("string]").is_err());
    }
}
