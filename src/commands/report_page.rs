//! The page that a run leaves beside what it prints: `--report`.

use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{ClusterArgs, ReportFileArgs};
use crate::domain::audit::Invocation;
use crate::domain::event::Event;
use crate::domain::fault::Exit;
use crate::domain::registry::RegistryAddress;
use crate::effects::files;
use crate::report::html::{self, Run};
use crate::report::{Report, fault_of};

/// What a run is about, as its page says it.
pub(super) struct About<'a> {
    /// The registry's addresses; an error is the run's to tell.
    pub(super) registry: Result<Vec<RegistryAddress>>,
    /// The cluster.
    pub(super) cluster: &'a ClusterArgs,
}

/// A page that is to be written at the end.
pub(super) struct ReportPage {
    path: PathBuf,
    run: Run,
}

impl ReportPage {
    /// Makes sure, before anything is done, that the page can be written; none where none is asked for. Errors, exit 2:
    /// it cannot.
    pub(super) fn begin(args: &ReportFileArgs, about: About<'_>, context: &Context) -> Result<Option<Self>> {
        let Some(path) = args.report.clone() else { return Ok(None) };
        files::check_writable(&path)?;
        let began = OffsetDateTime::now_utc();
        let registry = about.registry.unwrap_or_default().iter().map(ToString::to_string).collect();
        let cluster = about.cluster.name(context);
        let Invocation { command, arguments } = context.trail.invocation().clone();
        let line = format!("regctl {command} {}", arguments.join(" "));
        Ok(Some(Self { path, run: Run { command, line, began, ended: began, registry, cluster } }))
    }

    /// Writes what came of the run. Where nothing was tried, what is there stays; that the page cannot be written any more
    /// is told, but does not change what was done.
    pub(super) fn end(page: Option<Self>, result: &Result<Report>, context: &Context) {
        let Some(Self { path, run }) = page else { return };
        let run = Run { ended: OffsetDateTime::now_utc(), ..run };
        let text = match result {
            Ok(report) => html::page(&run, Ok(report)),
            Err(error) => match fault_of(error) {
                fault if fault.kind.exit() == Exit::Usage => return,
                fault => html::page(&run, Err(&fault)),
            },
        };
        match files::write_page(&path, text.as_bytes()) {
            Ok(()) => context.tell(Event::Stage(say!("The page is in {}", path.display()))),
            Err(error) => context.tell(Event::Warning(format!("{error:#}"))),
        }
    }
}
