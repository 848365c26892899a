//! Text on its way into a page. Host names and messages come from the network: none of them may become markup.

use serde::Serialize;

/// JSON that can stand in a `<script>` element: nothing in it ends the element or begins a comment.
pub(super) fn json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("strings, numbers and lists always serialize");
    // Outside of strings JSON has none of these, and within them an escape means the same.
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text as it stands between tags or in a quoted attribute.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_string_ends_the_script_element() {
        let hostile = "</script><!-- <img src=x onerror=alert(1)> & \u{2028}\u{2029} \"'";
        let escaped = json(&hostile);
        assert!(!escaped.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("is JSON"), hostile);
    }

    #[test]
    fn text_stays_text_in_an_attribute_too() {
        assert_eq!(html("<a b='\"&\">"), "&lt;a b=&#39;&quot;&amp;&quot;&gt;");
    }
}
