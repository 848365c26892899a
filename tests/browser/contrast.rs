//! Whether text can be read: the contrast of WCAG 2, at least 4.5 to 1 for all of it.

use crate::driver::Browser;

/// Ratios of every text and symbol to what is behind it, in the page; those that are too low.
const TOO_LOW: &str = r#"
const parsed = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
const luminance = ({ rgb }) => rgb.map((value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; })
  .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = parsed(getComputedStyle(one).backgroundColor);
    if (colour.a === 1) return colour;
  }
  return { rgb: [255, 255, 255], a: 1 };
};
const ratio = (element, colour) => {
  const [light, dark] = [luminance(parsed(colour)), luminance(behind(element))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
const seen = new Map();
for (const element of document.querySelectorAll("main *")) {
  if (element.offsetParent === null && !(element instanceof SVGElement)) continue;
  if (!own(element) && !element.classList.contains("mark")) continue;
  if (element instanceof SVGElement && element.tagName === "title") continue;
  const style = getComputedStyle(element);
  const found = ratio(element, element instanceof SVGElement ? style.fill : style.color);
  if (found < 4.5) seen.set(`${element.tagName}.${element.getAttribute("class") ?? ""}`, found.toFixed(2));
}
return [...seen].map((pair) => pair.join(" "));
"#;

/// Every text and every symbol stands out from what is behind it.
pub(crate) fn assert_readable(browser: &Browser, scheme: &str) {
    let low = browser.run(TOO_LOW);
    assert_eq!(low.as_array().map(Vec::len), Some(0), "{scheme}: {low}");
}

#[test]
#[ignore = "needs Chromium: scripts/browser"]
fn grey_on_white_is_found() {
    let Some(browser) = Browser::start() else { return };
    browser.open(
        "data:text/html,<main style='background:white'><p style='color:%23999'>pale</p><p>dark</p></main>",
    );
    let low = browser.run(TOO_LOW);
    assert_eq!(low, serde_json::json!(["P. 2.85"]));
}
