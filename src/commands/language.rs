//! Which language a run speaks, decided before anything is said: the help and the complaints about the command line
//! are in it, too.

use crate::domain::language::{self, Language};

/// Chooses the language of this run from its arguments and its environment: `--lang`, then REGCTL_LANG, LC_ALL,
/// LC_MESSAGES and LANG. What is for programs (`-o json`) is in English, unless `--lang` says otherwise.
pub fn choose(args: &[String], for_programs: bool) {
    let language = match (flag(args), for_programs) {
        (Some(language), _) => language,
        (None, true) => Language::English,
        (None, false) => Language::of_environment(|name| std::env::var(name).ok()),
    };
    language::choose(language);
}

/// What `--lang` says; what it must not say is complained of when the arguments are parsed.
fn flag(args: &[String]) -> Option<Language> {
    let joined = args.iter().find_map(|arg| arg.strip_prefix("--lang="));
    let apart = || args.windows(2).find_map(|pair| (pair[0] == "--lang").then_some(pair[1].as_str()));
    let name = joined.or_else(apart)?;
    Language::NAMES.iter().find(|(known, _)| *known == name).map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_found_in_both_of_its_forms() {
        let args = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(flag(&args("regctl --lang zh up")), Some(Language::Chinese));
        assert_eq!(flag(&args("regctl up --lang=en")), Some(Language::English));
        assert_eq!(flag(&args("regctl up --lang")), None);
        assert_eq!(flag(&args("regctl up --lang de")), None);
    }
}
