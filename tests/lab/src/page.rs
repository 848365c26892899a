//! What a page of regctl's holds, read as a browser reads it.

use serde_json::Value;

/// The data of a page: the text of its element `<script type="application/json">`, up to the first `</script>`. Panics
/// where there is none or where it is no JSON.
pub fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("type=\"application/json\">").expect("the page has data");
    let (json, _) = rest.split_once("</script>").expect("the element ends");
    serde_json::from_str(json).expect("the page's data is JSON")
}
