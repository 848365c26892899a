//! Lengths of time as people write them: `90s`, `10m`, `2h`, `60d`.

use std::time::Duration;

/// Parses a whole number with a unit (`ms`, `s`, `m`, `h`, `d`); a bare number is seconds. Zero is refused, since a
/// time limit of zero only ever means a slip.
pub fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: u64 =
        number.parse().map_err(|_| say!("`{text}` is not a length of time such as 30s, 10m or 2h"))?;
    let millis = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(say!("`{unit}` is not a unit of time: use ms, s, m, h or d")),
    };
    match number.checked_mul(millis) {
        Some(0) => Err(say!("a length of time must be more than zero").to_owned()),
        Some(millis) => Ok(Duration::from_millis(millis)),
        None => Err(say!("`{text}` is too long")),
    }
}

/// Writes a length of time as [`parse`] reads it: `90s`, `850ms`.
pub fn written(duration: Duration) -> String {
    match duration.as_millis() {
        millis if millis % 1000 == 0 => format!("{}s", millis / 1000),
        millis => format!("{millis}ms"),
    }
}

/// Spells a duration for people: `850 ms`, `2.1 s`, `3 min 20 s`.
pub fn spell(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        assert_eq!(parse("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse("60d"), Ok(Duration::from_secs(60 * 86_400)));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "s", "-1s", "1y", "0s", "99999999999999999999s", "999999999999999d", "1.5m"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn spelling_follows_the_size() {
        assert_eq!(spell(Duration::from_millis(850)), "850 ms");
        assert_eq!(spell(Duration::from_millis(2_140)), "2.1 s");
        assert_eq!(spell(Duration::from_secs(200)), "3 min 20 s");
    }
}
