//! The figures as a picture for README: bars on no background, in colours that read on white and on black.

use std::fmt::Write as _;

use super::figures::{Block, Row};
use super::way::Way;

/// Two panels stand side by side.
const COLUMNS: usize = 2;
const PANEL: usize = 460;
const MARGIN: usize = 16;
const LABEL: usize = 92;
const BAR: usize = 160;
const ROW: usize = 22;
const TITLE: usize = 34;
const CAPTION: usize = 18;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}.small{font-size:11px;fill:#59636e}\
.bar{fill:#9aa4af}.regctl{fill:#d9622b}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.bar{fill:#6e7681}.regctl{fill:#f0883e}}";

/// One set of bars.
struct Panel {
    title: String,
    unit: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    way: Way,
    value: f64,
    /// How much of it regctl takes; none for regctl itself.
    ratio: Option<f64>,
}

/// The largest number of agents in every setting; below, one caption a line.
#[must_use]
pub fn render(blocks: &[Block], describe: impl Fn(&Block) -> String, captions: &[String]) -> String {
    let largest = blocks.iter().map(|block| block.agents).max().unwrap_or(0);
    let panels: Vec<Panel> = blocks
        .iter()
        .filter(|block| block.agents == largest)
        .enumerate()
        .flat_map(|(index, block)| panels(block, &describe(block), index == 0))
        .collect();
    let rows = panels.iter().map(|panel| panel.bars.len()).max().unwrap_or(0);
    let panel_height = TITLE + rows * ROW + MARGIN;
    let bars_height = panels.len().div_ceil(COLUMNS) * panel_height;
    let width = COLUMNS * PANEL + MARGIN;
    let height = bars_height + captions.len() * CAPTION + MARGIN;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"time and CPU to bring a CA to {largest} agents\">\n<style>{STYLE}</style>\n"
    );
    for (index, panel) in panels.iter().enumerate() {
        let left = MARGIN + index % COLUMNS * PANEL;
        draw(&mut text, panel, left, index / COLUMNS * panel_height);
    }
    for (index, caption) in captions.iter().enumerate() {
        let y = bars_height + (index + 1) * CAPTION;
        let _ = writeln!(text, "<text class=\"small\" x=\"{MARGIN}\" y=\"{y}\">{}</text>", escape(caption));
    }
    text.push_str("</svg>\n");
    text
}

/// Seconds, and for the first block CPU time as well: it differs little from one setting to another.
fn panels(block: &Block, title: &str, with_cpu: bool) -> Vec<Panel> {
    let bars = |value: fn(&Row) -> Option<f64>, ratio: fn(&Row) -> Option<f64>| -> Vec<Bar> {
        let bar = |row: &Row| {
            let ratio = if row.way == Way::Regctl { None } else { ratio(row) };
            Some(Bar { way: row.way, value: value(row)?, ratio })
        };
        block.rows().iter().filter_map(bar).collect()
    };
    let mut panels = vec![Panel {
        title: format!("seconds: {title}"),
        unit: "s",
        bars: bars(|row| Some(row.wall?.middle), |row| Some(row.wall_ratio?.middle)),
    }];
    if with_cpu {
        panels.push(Panel {
            title: "client CPU for each agent".to_owned(),
            unit: "ms",
            bars: bars(|row| Some(row.cpu?.middle), |row| Some(row.cpu_ratio?.middle)),
        });
    }
    panels
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels"
)]
fn draw(text: &mut String, panel: &Panel, left: usize, top: usize) {
    // The loop would make all other bars too short to compare: it is cut where the longest of them ends.
    let others = panel.bars.iter().filter(|bar| bar.way != Way::Loop);
    let most = others.map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    let _ = writeln!(
        text,
        "<text class=\"title\" x=\"{left}\" y=\"{}\">{}</text>",
        top + TITLE - 12,
        escape(&panel.title)
    );
    for (index, bar) in panel.bars.iter().enumerate() {
        let y = top + TITLE + index * ROW;
        let length = ((bar.value / most * BAR as f64).round() as usize).clamp(1, BAR);
        let class = if bar.way == Way::Regctl { "bar regctl" } else { "bar" };
        let cut = if bar.value > most { " (bar cut)" } else { "" };
        let ratio = bar.ratio.map_or_else(String::new, |ratio| format!(", regctl {ratio:.2} of it"));
        let _ = writeln!(
            text,
            "<text x=\"{left}\" y=\"{}\">{}</text><rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{length}\" \
             height=\"{}\" rx=\"2\"/><text class=\"small\" x=\"{}\" y=\"{}\">{} {}{cut}{ratio}</text>",
            y + 13,
            bar.way.word(),
            left + LABEL,
            y + 2,
            ROW - 6,
            left + LABEL + length + 6,
            y + 13,
            number(bar.value),
            panel.unit,
        );
    }
}

/// Three digits are all that such figures hold.
fn number(value: f64) -> String {
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::{block, run};

    #[test]
    fn bars_are_as_long_as_their_values_but_the_loop_is_cut() {
        let runs = vec![
            run(Way::Regctl, 1, 2.5, 20.0),
            run(Way::Loop, 1, 40.0, 20.0),
            run(Way::Ansible, 1, 10.0, 20.0),
        ];
        let block = block(runs);
        let text =
            render(&[block], |block| format!("{} agents & more", block.agents), &["load < 1".to_owned()]);
        let has = |part: &str| assert!(text.contains(part), "no {part} in {text}");
        has("<rect class=\"bar regctl\" x=\"108\" y=\"36\" width=\"40\"");
        has("<rect class=\"bar\" x=\"108\" y=\"58\" width=\"160\"");
        has("40.0 s (bar cut), regctl 0.06 of it");
        has("<rect class=\"bar\" x=\"108\" y=\"80\" width=\"160\"");
        has("10.0 s, regctl 0.25 of it");
        assert!(text.contains("50 agents &amp; more") && text.contains("load &lt; 1"), "{text}");
    }
}
