//! Flags out of the files that give them.

use super::draft::{Draft, File};
use super::flags::{self, Spotted};
use super::unit;

/// Where a flag is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file.
    pub(super) path: String,
    /// The line in it, from 1.
    line: usize,
    /// The values that it gives there.
    pub(super) values: Vec<String>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&say!("{}, line {}", self.path, self.line))
    }
}

/// Every place in these files where the flag is written.
pub(super) fn places(draft: &Draft, name: &str) -> Vec<Place> {
    let in_file = |path: &str, text: &str| -> Vec<Place> {
        let place = |spot: &Spotted| Place {
            path: path.to_owned(),
            line: flags::line(text, spot.span.start),
            values: spot.flag.values().map(str::to_owned).collect(),
        };
        flags::spotted(text).iter().filter(|spot| spot.flag.name == name).map(place).collect()
    };
    let command = unit::exec_start(draft.files());
    let overridden = |file: &File| {
        let elsewhere = file.becomes.as_deref().is_some_and(|text| unit::in_environment(text, name));
        let said = |command: &String| flags::flags(command).iter().any(|flag| flag.name == name);
        unit::is_unit(&file.path) && !elsewhere && command.as_ref().is_some_and(|command| !said(command))
    };
    let files = draft.files().iter().filter(|file| file.path != draft.config && !overridden(file));
    files.flat_map(|file| in_file(&file.path, file.becomes.as_deref().unwrap_or_default())).collect()
}

/// Takes the flag out of a file, or out of what a package's unit says by a drop-in over it. The path that was written.
/// Errors, in words: it cannot be done without doing more.
pub(super) fn take_out(draft: &mut Draft, path: &str, name: &str) -> Result<String, String> {
    let said = |why: &str| format!("{path} {why}");
    let text = draft.text(path).map_err(|why| said(&say!("cannot be edited: {why}")))?.unwrap_or_default();
    if unit::is_editable(path) {
        let text = without(text, name)
            .ok_or_else(|| said(say!("is written in a way that regctl does not take apart")))?;
        draft.put(path, Some(text));
        return Ok(path.to_owned());
    }
    let command =
        unit::exec_start(draft.files()).ok_or_else(|| said(say!("does not have one ExecStart alone")))?;
    let fewer = without(&command, name).filter(|fewer| *fewer != command);
    let fewer = fewer.ok_or_else(|| said(say!("gives it otherwise than by its ExecStart")))?;
    draft.put(unit::DROP_IN, Some(unit::drop_in(&fewer)));
    Ok(unit::DROP_IN.to_owned())
}

/// A text without any flag of that name, all others as they were; `None` where that cannot be made sure of.
fn without(text: &str, name: &str) -> Option<String> {
    let spots = flags::spotted(text);
    let mut rest = text.to_owned();
    for spot in spots.iter().rev().filter(|spot| spot.flag.name == name) {
        let before = &rest[..spot.span.start];
        let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
        let after = &rest[spot.span.end..];
        let ahead = after.len() - after.trim_start_matches([' ', '\t']).len();
        let opens = before.ends_with(['\'', '"', '=']);
        let span = if opens {
            spot.span.start..spot.span.end + ahead
        } else {
            spot.span.start - blank..spot.span.end
        };
        rest.replace_range(span, "");
    }
    let kept = spots.iter().map(|spot| &spot.flag).filter(|flag| flag.name != name);
    flags::flags(&rest).iter().eq(kept).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_flag_goes() {
        for (text, rest) in [
            (
                "OPTIONS='--selinux-enabled --insecure-registry=127.0.0.1:5000'\n",
                "OPTIONS='--selinux-enabled'\n",
            ),
            ("OPTIONS='--insecure-registry=[a:1,b:2] --debug'", "OPTIONS='--debug'"),
            (
                "INSECURE_REGISTRY='--insecure-registry a --insecure-registry b'\nX=1\n",
                "INSECURE_REGISTRY=''\nX=1\n",
            ),
            ("OPTIONS=--insecure-registry=a", "OPTIONS="),
            ("DOCKER_OPTS=\"-H fd:// --insecure-registry a:1 --debug\"", "DOCKER_OPTS=\"-H fd:// --debug\""),
            ("/bin/dockerd -H fd:// --insecure-registry=\"a:1\" $O", "/bin/dockerd -H fd:// $O"),
            (
                "ExecStart=/bin/dockerd \\\n    --insecure-registry a \\\n    --debug\n",
                "ExecStart=/bin/dockerd \\\n \\\n    --debug\n",
            ),
            ("# --insecure-registry=a\nO='-D'\n", "# --insecure-registry=a\nO='-D'\n"),
        ] {
            assert_eq!(without(text, "insecure-registry").as_deref(), Some(rest), "{text}");
        }
        // The word behind it would become the value of the flag before it.
        assert_eq!(without("--icc --insecure-registry=a b", "insecure-registry"), None);
    }
}
