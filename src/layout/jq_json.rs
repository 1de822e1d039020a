//! JSON spelt as `jq -S .` spells it: sorted keys, two spaces, a line an item.

use serde::Serialize;
use serde_json::Value;

/// `value` as `jq -S .` prints it, every line after the first indented by `depth` levels, without a final line end.
///
/// Follows jq 1.6 and later, which also escape the delete character.
pub fn sorted(value: &Value, depth: usize) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"  ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    in_order(value).serialize(&mut serializer).expect("a JSON value with text keys always serialises into memory");
    let text = String::from_utf8(bytes).expect("serde_json writes UTF-8");
    text.replace('\u{7f}', "\\u007f").replace('\n', &format!("\n{}", "  ".repeat(depth)))
}

/// The same value with keys in code point order, whichever map type the build of `serde_json` has.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().map(|(key, value)| (key.clone(), in_order(value))).collect();
            pairs.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(in_order).collect()),
        other => other.clone(),
    }
}
