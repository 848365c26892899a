//! The page in use: keys, filters, search, print, and hosts that say what they like.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::{assert_quiet, url_of};
use crate::sample;

// WebDriver's names of keys.
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const TAB: &str = "\u{E004}";
const HOME: &str = "\u{E011}";
const END: &str = "\u{E010}";
const LEFT: &str = "\u{E012}";
const UP: &str = "\u{E013}";
const RIGHT: &str = "\u{E014}";
const DOWN: &str = "\u{E015}";

fn opened(agents: usize) -> Option<(Browser, String)> {
    let browser = Browser::start()?;
    browser.look((1280, 800), "light");
    let url = url_of(&format!("using-{agents}.html"), &sample::up_page(agents));
    browser.open(&url);
    Some((browser, url))
}

/// The name of the cell that has the focus, or the id or the tag of what else has it.
fn focus(browser: &Browser) -> String {
    let focus =
        browser.run("const it = document.activeElement; return it.dataset.name ?? (it.id || it.tagName);");
    focus.as_str().expect("a word").to_owned()
}

/// How many cells are shown, and what is said of it.
fn shown(browser: &Browser) -> (u64, String) {
    let seen = browser.run(
        "return [document.querySelectorAll('.cell:not([hidden])').length, document.querySelector('.found').textContent];",
    );
    (seen[0].as_u64().expect("a count"), seen[1].as_str().expect("a text").to_owned())
}

#[test]
#[ignore = "needs Chromium: scripts/browser"]
fn the_grid_can_be_walked_without_a_mouse() {
    let Some((browser, url)) = opened(200) else { return };
    browser.press(&["/"]);
    assert_eq!(focus(&browser), "search");
    browser.press(&[TAB]);
    assert_eq!(focus(&browser), "10.20.0.1", "one stop of the tab key is the grid's");
    browser.press(&[RIGHT, RIGHT, LEFT]);
    assert_eq!(focus(&browser), "10.20.0.2");
    let columns = browser.run("const top = document.querySelector('.cell').offsetTop; return [...document.querySelectorAll('.cell')].filter((cell) => cell.offsetTop === top).length;");
    browser.press(&[DOWN]);
    assert_eq!(focus(&browser), format!("10.20.0.{}", 2 + columns.as_u64().expect("a count")));
    browser.press(&[UP, UP]);
    assert_eq!(focus(&browser), "10.20.0.2", "there is no row above");
    browser.press(&[END]);
    assert_eq!(focus(&browser), "10.20.0.200");
    browser.press(&[HOME, RIGHT, ENTER]);
    let title =
        "return [document.querySelector('dialog').open, document.getElementById('agent-name')?.textContent];";
    assert_eq!(browser.run(title), json!([true, "10.20.0.2"]));
    browser.press(&[RIGHT]);
    assert_eq!(browser.run(title), json!([true, "10.20.0.3"]));
    browser.press(&[ESCAPE]);
    assert_eq!(browser.run(title)[0], false);
    assert_eq!(focus(&browser), "10.20.0.2", "the focus is back where it was");
    let outline = browser.run("return getComputedStyle(document.activeElement).outlineWidth;");
    assert_eq!(outline, "3px", "where the focus is can be seen");
    let roles = browser.run("return ['grid', 'row', 'gridcell'].map((role) => document.querySelectorAll(`[role=${role}]`).length).concat(document.querySelector('.cell').getAttribute('aria-label'));");
    assert_eq!(roles, json!([1, 1, 200, "10.20.0.1: unchanged"]));
    let unnamed = browser.run("return [...document.querySelectorAll('button, input')].filter((it) => !it.textContent.trim() && !it.getAttribute('aria-label')).length;");
    assert_eq!(unnamed, 0, "every control has a name");
    assert_quiet(&browser, &url);
}

#[test]
#[ignore = "needs Chromium: scripts/browser"]
fn filters_and_search_show_what_they_say() {
    let Some((browser, url)) = opened(5_000) else { return };
    let states = browser.run("const data = JSON.parse(document.getElementById('data').textContent); const counts = {}; for (const { state } of data.agents) counts[state] = (counts[state] ?? 0) + 1; return counts;");
    for (state, count) in states.as_object().expect("counts") {
        let said = browser.run(&format!("const button = document.querySelector('[data-state={state}]'); button.click(); return button.querySelector('b').textContent.replace(',', '');"));
        assert_eq!(said, count.to_string(), "{state}");
        let (cells, told) = shown(&browser);
        assert_eq!(Some(cells), count.as_u64(), "{state}: {told}");
        assert!(told.ends_with(" of 5,000"), "{told}");
        browser.run(&format!("document.querySelector('[data-state={state}]').click();"));
    }
    assert_eq!(shown(&browser).0, 5_000);
    browser.press(&["/"]);
    browser.press(&["1", "0", ".", "2", "0", ".", "7", "."]);
    assert_eq!(shown(&browser).0, 250, "one of twenty networks");
    browser.press(&[ESCAPE]);
    assert_eq!(shown(&browser).0, 5_000);
    browser.press(&["P", "u", "b", "l", "i", "c", "k", "e", "y"]);
    let refused = browser.run("const data = JSON.parse(document.getElementById('data').textContent); return data.agents.filter(({ error }) => error && data.texts[error[0]] === 'auth').length;");
    assert_eq!(Some(shown(&browser).0), refused.as_u64(), "messages are searched, in either case");
    browser.press(&["?", "?"]);
    assert_eq!(shown(&browser).0, 0);
    let nothing = browser.run("return document.querySelector('.nothing').hidden;");
    assert_eq!(nothing, false);
    assert_quiet(&browser, &url);
}

#[test]
#[ignore = "needs Chromium: scripts/browser"]
fn a_printed_page_has_every_failure_and_no_control() {
    let Some((browser, url)) = opened(5_000) else { return };
    let members = "return document.querySelectorAll('#failures .members li').length;";
    let before = browser.run(members);
    let pdf = browser.print();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 50_000, "{} bytes", pdf.len());
    let all = browser.run("const data = JSON.parse(document.getElementById('data').textContent); return data.failures.filter(({ state }) => state === 'failed').reduce((sum, { members }) => sum + members.length, 0);");
    assert_eq!(browser.run(members), all);
    assert!(before.as_u64() < all.as_u64(), "on the screen a few of each kind are enough");
    let rules = browser.run("return [...document.styleSheets[0].cssRules].filter((rule) => rule.media?.mediaText === 'print').map((rule) => rule.cssText).join();");
    assert!(rules.as_str().is_some_and(|text| text.contains(".controls")), "{rules}");
    assert_quiet(&browser, &url);
}

#[test]
#[ignore = "needs Chromium: scripts/browser"]
fn what_a_host_says_is_shown_and_never_run() {
    let Some(browser) = Browser::start() else { return };
    browser.look((360, 740), "light");
    let url = url_of("hostile.html", &sample::hostile_page(12));
    browser.open(&url);
    browser.run("document.querySelector('.cell').click();");
    let seen = browser.run(
        "return [document.title, document.images.length, document.getElementById('agent-name').textContent, \
           document.scripts.length, document.documentElement.scrollWidth === innerWidth];",
    );
    let title = "regctl trust-agents: Some agents failed, the rest are done";
    assert_eq!(seen, json!([title, 0, sample::HOSTILE, 2, true]));
    // Even what got into the page would not run: the policy knows one script.
    let ran = browser.run(
        "const evil = document.createElement('script'); evil.textContent = 'window.ran = true'; document.body.append(evil); \
         return window.ran === true;",
    );
    assert_eq!(ran, Value::Bool(false));
    let refused = browser.log("browser");
    assert!(refused.len() == 1 && refused[0].to_string().contains("Content Security Policy"), "{refused:?}");
}
