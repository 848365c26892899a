//! The pages of `--report` in a real browser.

mod sample;

#[test]
fn write_samples() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for agents in [3, 200, 5000] {
        std::fs::write(folder.join(format!("up-{agents}.html")), sample::up_page(agents)).expect("writes");
    }
    std::fs::write(folder.join("hostile.html"), sample::hostile_page(12)).expect("writes");
}
