//! Every size of window, fleet and light: a page opens at once, fits, is readable, asks nobody for anything.

use std::path::PathBuf;

use serde_json::Value;

use crate::contrast;
use crate::driver::Browser;
use crate::sample;

const SIZES: [(u32, u32); 3] = [(360, 740), (1280, 800), (1920, 1080)];
const MOST_BYTES: usize = 5_000_000;
const MOST_MS: f64 = 2_000.0;

/// Where pictures and pages are kept: `REGCTL_PICTURES`, or the build's own temporary folder.
fn folder() -> PathBuf {
    std::env::var_os("REGCTL_PICTURES").map_or_else(|| env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from)
}

/// Writes a page and says where a browser finds it.
pub(crate) fn url_of(name: &str, page: &str) -> String {
    let path = folder().join(name);
    std::fs::write(&path, page).expect("writes");
    format!("file://{}", path.display())
}

/// Nothing on the console, and no request but the one for the page.
pub(crate) fn assert_quiet(browser: &Browser, url: &str) {
    let said = browser.log("browser");
    assert!(said.is_empty(), "{url}: {said:?}");
    let requests: Vec<String> = browser.log("performance").iter().filter_map(requested).collect();
    assert!(requests.iter().all(|asked| asked.starts_with(url)), "{requests:?}");
}

/// The address that an entry of the log says was asked for.
fn requested(entry: &Value) -> Option<String> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    (message["method"] == "Network.requestWillBeSent")
        .then(|| message["params"]["request"]["url"].as_str().unwrap_or_default().to_owned())
}

/// Milliseconds from the request to the first picture, and to the end of all drawing.
fn times(browser: &Browser) -> (f64, f64) {
    let seen = browser.wait_for(
        "const [page] = performance.getEntriesByType('navigation'); \
         new PerformanceObserver((seen) => { \
           const paint = seen.getEntriesByName('first-contentful-paint')[0]; \
           if (paint) requestAnimationFrame(() => done([paint.startTime, page.loadEventEnd])); \
         }).observe({ type: 'paint', buffered: true });",
    );
    (seen[0].as_f64().expect("a time"), seen[1].as_f64().expect("a time"))
}

#[test]
#[ignore = "needs Chromium and a minute: scripts/browser"]
#[expect(clippy::print_stdout, reason = "the times are what the run is read for")]
fn a_page_opens_at_once_and_fits_in_every_size_and_light() {
    let Some(browser) = Browser::start() else { return };
    for agents in [3, 200, 5_000] {
        let page = sample::up_page(agents);
        assert!(page.len() < MOST_BYTES, "{agents} agents: {} bytes", page.len());
        let url = url_of(&format!("report-{agents}.html"), &page);
        for size in SIZES {
            for scheme in ["light", "dark"] {
                browser.look(size, scheme);
                browser.open(&url);
                let (first, all) = times(&browser);
                println!(
                    "{agents} agents, {} KB, {}x{} {scheme}: first {first:.0} ms, all {all:.0} ms",
                    page.len() / 1000,
                    size.0,
                    size.1
                );
                assert!(
                    0.0 < first && first < MOST_MS && all < MOST_MS,
                    "{agents} {size:?}: {first} ms, {all} ms"
                );
                assert_fits(&browser, (agents, size));
                contrast::assert_readable(&browser, scheme);
                let name = format!("report-{agents}-{}-{scheme}.png", size.0);
                std::fs::write(folder().join(name), browser.picture()).expect("writes");
                assert_an_agent_opens(&browser, &format!("report-{agents}-{}-{scheme}-agent.png", size.0));
                assert_quiet(&browser, &url);
            }
        }
    }
}

/// What failed on an agent can be read in the window, as far as its text fits, and by the same contrast.
fn assert_an_agent_opens(browser: &Browser, picture: &str) {
    let seen = browser.run(
        "document.querySelector('.cell.failed').click(); \
         const [it, error] = ['dialog', 'dialog .hint'].map((name) => document.querySelector(name).getBoundingClientRect()); \
         return [it.left >= 0 && it.right <= innerWidth, error.top > 0 && error.bottom < innerHeight];",
    );
    assert_eq!(seen, serde_json::json!([true, true]), "{picture}");
    contrast::assert_readable(browser, picture);
    std::fs::write(folder().join(picture), browser.picture()).expect("writes");
}

fn assert_fits(browser: &Browser, what: (usize, (u32, u32))) {
    let (agents, (width, _)) = what;
    let seen = browser.run(
        "const wide = [...document.querySelectorAll('main *')].filter((one) => !one.closest('svg') && \
           one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.tagName + '.' + one.className); \
         return [document.documentElement.scrollWidth, innerWidth, wide.slice(0, 5), \
           document.querySelectorAll('.cell').length, document.querySelectorAll('section').length];",
    );
    assert_eq!(seen[1], width, "{what:?}");
    assert_eq!((&seen[0], &seen[2]), (&seen[1], &Value::Array(vec![])), "{what:?} is wider than the window");
    assert_eq!(seen[3], agents);
    assert!(seen[4].as_u64() >= Some(6), "{what:?}: {seen}");
}

/// Pictures for the README, of pages that were looked at above.
#[test]
#[ignore = "needs Chromium and writes docs/: scripts/browser --pictures"]
fn pictures() {
    let Some(browser) = Browser::start() else { return };
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (name, agents, size, scheme) in [
        ("report-phone.png", 3, SIZES[0], "light"),
        ("report-200.png", 200, SIZES[1], "light"),
        ("report-5000-dark.png", 5_000, SIZES[1], "dark"),
    ] {
        browser.look(size, scheme);
        browser.open(&url_of(&format!("report-{agents}.html"), &sample::up_page(agents)));
        browser.run("document.getElementById('stages').hidden = true;");
        std::fs::write(docs.join(name), browser.picture()).expect("writes");
    }
}
