//! Reads a line for the shell as far as tests of examples need it.

/// The arguments of each call of `program` in a line, the program itself first: quotes are taken off, and redirections and
/// what comes after a pipe are not its own. One that `xargs` calls has one argument more.
pub(super) fn calls(line: &str, program: &str) -> Vec<Vec<String>> {
    let mut calls: Vec<Vec<String>> = Vec::new();
    let mut current: Option<Vec<String>> = None;
    let mut fed = false;
    let mut words = words(line).into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "|" | "||" | "&&" | ";" => {
                calls.extend(current.take());
                fed = false;
            }
            ">" | "<" => drop(words.next()),
            word if word.starts_with(['>', '<']) || word == "2>&1" => {}
            word => match &mut current {
                Some(call) => call.push(word.to_owned()),
                None if word == program => current = Some(vec![word.to_owned()]),
                None if word == "xargs" => fed = true,
                None => {}
            },
        }
    }
    if let (Some(call), true) = (&mut current, fed) {
        call.push("fed".to_owned());
    }
    calls.extend(current);
    calls
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ' ') if word.is_empty() => {}
            (None, ' ') => words.push(std::mem::take(&mut word)),
            (_, c) => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn a_line_is_split_as_a_shell_would() {
    let line = "a 2>&1 | regctl x 'b c' > file || regctl y <z";
    assert_eq!(calls(line, "regctl"), [vec!["regctl", "x", "b c"], vec!["regctl", "y"]]);
}
