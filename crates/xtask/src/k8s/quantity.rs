//! Kubernetes' quantities: `250m` of a core, `64Mi` of memory.

use serde_json::Value;

/// Thousandths of a core.
pub(crate) fn millicores(value: &Value) -> Option<u64> {
    let text = written(value)?;
    match text.strip_suffix('m') {
        Some(thousandths) => thousandths.parse().ok(),
        None => scaled(&text, 1000),
    }
}

/// Bytes.
pub(crate) fn bytes(value: &Value) -> Option<u64> {
    const UNITS: [(&str, u64); 8] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
    ];
    let text = written(value)?;
    let unit = UNITS.iter().find_map(|(name, factor)| Some((text.strip_suffix(name)?, *factor)));
    let (number, factor) = unit.unwrap_or((&text, 1));
    scaled(number, factor)
}

fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A decimal number times a factor, without going through binary fractions.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let places = u32::try_from(fraction.len()).ok()?;
    let part = fraction.parse::<u64>().ok()?.checked_mul(factor)? / 10_u64.checked_pow(places)?;
    whole.parse::<u64>().ok()?.checked_mul(factor)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_reads_them() {
        assert_eq!(millicores(&json!("250m")), Some(250));
        assert_eq!(millicores(&json!("1.5")), Some(1500));
        assert_eq!(millicores(&json!(2)), Some(2000));
        assert_eq!(millicores(&json!("much")), None);
        assert_eq!(bytes(&json!("64Mi")), Some(64 << 20));
        assert_eq!(bytes(&json!("1.5Gi")), Some(3 << 29));
        assert_eq!(bytes(&json!("2G")), Some(2_000_000_000));
        assert_eq!(bytes(&json!(512)), Some(512));
        assert_eq!(bytes(&Value::Null), None);
    }
}
