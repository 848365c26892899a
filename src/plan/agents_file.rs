//! Reads an agents file: one `host[:port]` a line, `#` begins a comment.

use crate::domain::host::HostPort;

/// Reads the file. The error names the first bad line: its number, counted from 1, and what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<HostPort>, (usize, String)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, content(line)));
    let named = lines.filter(|(_, line)| !line.is_empty());
    named.map(|(number, line)| line.parse().map_err(|why| (number, format!("{why}")))).collect()
}

/// The line without its comment. `#` is legal in no host name, so it needs no blank before it.
fn content(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_ports_and_comments() {
        let text = "# masters\n10.0.0.1\n\n a2.example.com:2222  # rack 2\r\n[fd00::1]:22\nfd00::2#x\n";
        let names: Vec<_> = parse(text).expect("parses").iter().map(ToString::to_string).collect();
        assert_eq!(names, ["10.0.0.1", "a2.example.com:2222", "[fd00::1]:22", "fd00::2"]);
        assert_eq!(parse("# nobody\n"), Ok(Vec::new()));
    }

    #[test]
    fn a_bad_line_is_named() {
        for line in ["-oProxyCommand=id", "a;reboot", "root@a1", "a1 a2", "a1:0", "http://a1"] {
            let (number, why) = parse(&format!("a1\n{line}\na3")).expect_err("is refused");
            assert_eq!(number, 2);
            assert!(why.contains("is not a host"), "{why}");
        }
    }
}
