//! What an agent says it saw of the registry at one address.

use crate::domain::runtime::Runtime;
use crate::domain::script::Answer;
use crate::plan::visit::Sight;

/// One agent's facts about one address.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    answer: &'a Answer,
    number: usize,
    /// The address, and what it should be like.
    pub(super) sight: &'a Sight,
}

/// How a request by curl came out.
pub(super) enum Curl<'a> {
    /// An HTTP status was answered.
    Status(&'a str),
    /// curl's exit code, and its words.
    Failed(u8, &'a str),
}

impl<'a> Seen<'a> {
    /// The facts about the address of that number.
    pub(super) const fn new(answer: &'a Answer, number: usize, sight: &'a Sight) -> Self {
        Self { answer, number, sight }
    }

    /// How curl fared; nothing where there is no curl.
    pub(super) fn curl(&self) -> Option<Curl<'a>> {
        let (code, words) = self.fact("curl")?.split_once(' ')?;
        Some(match code.parse().ok()? {
            0 => Curl::Status(words),
            code => Curl::Failed(code, words),
        })
    }

    /// Without curl: `connected`, or why not; nothing where there is no tool to try it with.
    pub(super) fn connection(&self) -> Option<&'a str> {
        self.fact("tcp")
    }

    /// How that runtime's pull came out, in the script's words.
    pub(super) fn pull(&self, runtime: Runtime) -> Option<&'a str> {
        let key = format!("pull.{}.{}", self.number, runtime.word());
        self.answer.facts.get(&key).map(String::as_str)
    }

    /// Whether the folder is there in which Docker looks for the CA.
    pub(super) fn has_folder(&self) -> bool {
        self.fact("folder").is_some()
    }

    /// The names of the files in it.
    pub(super) fn files(&self) -> Vec<&'a str> {
        self.below(&format!("file.{}.", self.number)).map(|(name, _)| name).collect()
    }

    /// The fingerprints of the certificates that Docker reads there.
    pub(super) fn prints(&self) -> Vec<&'a str> {
        self.below(&format!("print.{}.", self.number)).map(|(_, print)| print).collect()
    }

    /// The tools that reading them takes and that the agent lacks.
    pub(super) fn lacks(&self) -> Vec<&'a str> {
        self.below("lacks.").map(|(tool, _)| tool).collect()
    }

    /// A folder for the same host, spelled differently: to Docker it is another registry's.
    pub(super) fn misspelt_folder(&self) -> Option<&'a str> {
        let host = |name: &'a str| name.rsplit_once(':').map_or(name, |(host, _)| host);
        let wanted = self.sight.address.directory_name();
        let mut others = self.below("other.").map(|(name, _)| name).filter(|name| *name != wanted);
        others.find(|name| host(name) == self.sight.address.host().bracketed())
    }

    fn fact(&self, name: &str) -> Option<&'a str> {
        self.answer.facts.get(&format!("{name}.{}", self.number)).map(String::as_str)
    }

    /// The facts whose name starts so: the rest of the name, and the value.
    fn below(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let facts = self.answer.facts.iter();
        facts
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
            .collect::<Vec<_>>()
            .into_iter()
    }
}
