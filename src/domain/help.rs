//! What the help of a command says, before it is laid out for a terminal or for man.

/// The help of one command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// The words that call it: `regctl cert gen`.
    pub command: String,
    /// What it does, in one sentence without a full stop.
    pub about: String,
    /// What is to be known before anything else; mostly empty.
    pub preface: String,
    /// From the simplest to the realistic.
    pub examples: Vec<Example>,
    /// How it is called: `regctl cert gen [OPTIONS]`.
    pub usage: String,
    /// The commands below it, in groups; a group without a title where there is only one.
    pub commands: Vec<Group<Entry>>,
    /// Its arguments and flags under their headings, its own before those that it shares with others.
    pub flags: Vec<Group<Flag>>,
    /// The few of them that the short form shows.
    pub short_flags: Vec<Group<Flag>>,
    /// What it does and does not do, in paragraphs; lines that begin with blanks are a table.
    pub notes: String,
    /// Its exit codes and what they mean here.
    pub exits: Vec<(u8, String)>,
    /// Environment variables and what they stand for; only regctl's own help has them all.
    pub environment: Vec<Entry>,
}

impl Help {
    /// Whether it is regctl's own, with which people begin.
    pub fn is_the_first(&self) -> bool {
        !self.command.contains(' ')
    }

    /// How many flags the short form leaves out.
    pub fn further(&self) -> usize {
        let count = |groups: &[Group<Flag>]| groups.iter().map(|group| group.entries.len()).sum::<usize>();
        count(&self.flags) - count(&self.short_flags)
    }
}

/// A call that can be typed as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it does.
    pub does: String,
    /// The line for the shell.
    pub line: String,
}

/// A title and what is under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<T> {
    /// Without a colon.
    pub title: String,
    /// What is under it, in order.
    pub entries: Vec<T>,
}

/// A name and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `trust-agents`, or `REGCTL_HOST`.
    pub name: String,
    /// One line.
    pub about: String,
}

/// One argument or flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flag {
    /// As it is typed: `-n, --dry-run`, `    --host <AGENT>`, `[FILE]...`.
    pub spelled: String,
    /// What it does, without a full stop.
    pub text: String,
    /// What holds where it is not given.
    pub default: Option<String>,
    /// The environment variable that does the same.
    pub env: Option<String>,
    /// The words that it takes, where they are few, each with its meaning where that is not plain.
    pub values: Vec<(String, Option<String>)>,
}

/// How much of a help is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A screen of it, for `-h`.
    Short,
    /// All of it, for `--help`.
    Long,
}
