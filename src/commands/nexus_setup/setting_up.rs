//! A set-up in its parts: come in, look, plan, carry out. `deploy` does the same after the app is healthy.

use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, Url};

use super::first_password::FirstPassword;
use crate::commands::Context;
use crate::domain::answer::shown;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::nexus::{NexusSetupReport, NexusStep, NexusWishes, OLDEST, PasswordState};
use crate::domain::nexus_config::NexusConfig;
use crate::domain::secret::Secret;
use crate::effects::interrupt::Interrupt;
use crate::effects::nexus::{Entrance, Nexus};
use crate::effects::{http, tls};
use crate::plan::nexus::{Action, PlannedStep, Unfit, by_hand, plan};
use crate::report::{self, Format, Report};

/// The longest that one answer may take: making a blob store takes a while.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The passwords that are to be in force.
pub(in crate::commands) struct Passwords {
    /// The administrator's.
    pub(in crate::commands) admin: Secret,
    /// The user's, where somebody is named.
    pub(in crate::commands) user: Option<Secret>,
}

/// One Nexus that is to be set up.
pub(in crate::commands) struct SettingUp<'a> {
    /// What is wanted.
    pub(in crate::commands) wishes: &'a NexusWishes,
    /// The passwords.
    pub(in crate::commands) passwords: &'a Passwords,
    /// Where the password is that it has now, if it is another one.
    pub(in crate::commands) first: FirstPassword<'a>,
    /// Where progress is shown and questions are asked.
    pub(in crate::commands) context: &'a Context,
}

/// What would be done to it, and the way in.
pub(in crate::commands) struct Prepared {
    nexus: Nexus,
    steps: Vec<PlannedStep>,
    report: NexusSetupReport,
}

impl Prepared {
    /// Whether anything would change.
    pub(in crate::commands) fn changes_anything(&self) -> bool {
        self.steps.iter().any(|it| it.action != Action::Nothing)
    }

    /// Whether a repository that clients may be using would be changed.
    fn disturbs(&self) -> bool {
        self.steps.iter().any(|it| it.step.step == "repository" && it.step.change == Change::Updated)
    }

    /// What would be done.
    pub(in crate::commands) fn into_report(self, exit: Exit) -> NexusSetupReport {
        NexusSetupReport { dry_run: true, exit, ..self.report }
    }
}

impl SettingUp<'_> {
    /// Comes in, looks around and plans. Nothing is changed.
    pub(in crate::commands) async fn prepare(
        &self,
        nexus: Nexus,
        interrupt: &mut Interrupt,
    ) -> Result<Prepared> {
        let Self { wishes, passwords, context, .. } = self;
        context.tell(Event::Stage(say!("Asking {} how it is", nexus.url())));
        let identity = nexus.identity().await?;
        context.tell(Event::Detail(identity.to_string()));
        if identity.version.is_some_and(|version| version < OLDEST) {
            return Err(too_old(&identity.to_string(), by_hand(wishes)).into());
        }
        let (nexus, state) = self.enter(nexus, interrupt).await?;
        let sight = nexus.survey(wishes, (identity.clone(), state), passwords.user.as_ref()).await?;
        let steps = plan(wishes, &sight).map_err(|unfit| fault(unfit, &identity.to_string()))?;
        let report = NexusSetupReport {
            dry_run: true,
            url: nexus.url().to_owned(),
            nexus: identity.to_string(),
            repository: wishes.repository.clone(),
            steps: steps.iter().map(|it| it.step.clone()).collect(),
            exit: Exit::Done,
        };
        Ok(Prepared { nexus, steps, report })
    }

    /// Asks where somebody's repository is to change.
    pub(in crate::commands) fn consent(&self, prepared: &Prepared) -> Result<()> {
        if !prepared.disturbs() {
            return Ok(());
        }
        let shown = Report::NexusSetup(prepared.report.clone());
        self.context.screen.show_plan(&report::render(&shown, Format::Human, self.context.style()));
        let question = say!("changing the repository {}, whose connector restarts", self.wishes.repository);
        self.context.screen.consent(&question)
    }

    /// Takes one step after the other. Where one fails, those before it are done: the next run goes on from there.
    pub(in crate::commands) async fn carry_out(&self, prepared: Prepared) -> Result<NexusSetupReport> {
        let Prepared { mut nexus, steps, report } = prepared;
        for PlannedStep { step, action } in &steps {
            if *action != Action::Nothing {
                self.context.tell(Event::Stage(say!("Nexus: {} ({})", step.step, step.detail)));
            }
            nexus = self.take(nexus, action).await.map_err(|error| at(step, error))?;
        }
        Ok(NexusSetupReport { dry_run: false, ..report })
    }

    /// The way in after it: another one where the administrator's password has changed.
    async fn take(&self, nexus: Nexus, action: &Action) -> Result<Nexus> {
        let unnamed = || Fault::new(FaultKind::MissingValue, say!("the user has no password"));
        let user_password = || self.passwords.user.as_ref().ok_or_else(unnamed);
        match action {
            Action::Nothing => {}
            Action::Post { path, body } => nexus.post(path, body).await?,
            Action::Put { path, body } => nexus.put(path, body).await?,
            Action::AdminPassword => return nexus.change_admin_password(&self.passwords.admin).await,
            Action::CreateUser { body, .. } => nexus.create_user(body, user_password()?).await?,
            Action::UserPassword { user } => nexus.change_password(user, user_password()?).await?,
        }
        Ok(nexus)
    }

    /// Comes in as the administrator, by the password that is asked for or by the one that Nexus began with.
    async fn enter(&self, nexus: Nexus, interrupt: &mut Interrupt) -> Result<(Nexus, PasswordState)> {
        let wanted = nexus.as_admin(self.passwords.admin.clone());
        if self.is_let_in(&wanted).await? {
            return Ok((wanted, PasswordState::AsAsked));
        }
        for password in self.first.candidates(interrupt).await? {
            let initial = nexus.as_admin(password);
            if self.is_let_in(&initial).await? {
                return Ok((initial, PasswordState::Other));
            }
        }
        Err(not_let_in(nexus.url(), self.first.place.is_some()).into())
    }

    async fn is_let_in(&self, nexus: &Nexus) -> Result<bool> {
        match nexus.admin_entrance().await? {
            Entrance::Open => Ok(true),
            Entrance::Refused => Ok(false),
            Entrance::NotAllowed => {
                let why = say!("{}: its user admin is let in, but is no administrator any more", nexus.url());
                Err(Fault::new(FaultKind::Unauthorized, why)
                    .hint(say!("Give admin the role nx-admin again; regctl sets Nexus up as admin alone."))
                    .into())
            }
            Entrance::NoSuchPlace => Err(too_old(nexus.url(), by_hand(self.wishes)).into()),
        }
    }
}

/// A client for a Nexus, which may be behind a proxy that speaks TLS.
pub(in crate::commands) fn client(config: &NexusConfig, url: &str, context: &Context) -> Result<Nexus> {
    let own = match &config.ca {
        Some(file) => tls::read_certificates(&context.resolve(file))?,
        None => Vec::new(),
    };
    let proxy = context.config.cluster.proxy.as_deref();
    let client: Client = http::client(tls::client_config(&own), proxy, REQUEST_TIMEOUT)?;
    let base: Url = http::parse_base("--url", url)?;
    Ok(Nexus::new(base, client))
}

fn at(step: &NexusStep, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Fault>() {
        Ok(fault) => {
            let hint = say!("What was done before it stays done; the same command again goes on from there.");
            let hint = fault.hint.clone().unwrap_or_else(|| hint.to_owned());
            Fault { message: say!("step {}: {}", step.step, fault.message), ..fault }.hint(hint).into()
        }
        Err(error) => error.context(say!("step {}", step.step)),
    }
}

fn too_old(what: &str, hint: String) -> Fault {
    let why = say!("{what} has no REST API that could set it up; that came with Nexus {OLDEST}");
    Fault::new(FaultKind::NexusUnsupported, why).hint(hint)
}

fn not_let_in(url: &str, has_looked: bool) -> Fault {
    let why =
        say!("{url} does not let admin in, neither by the password that is asked for nor by a first one");
    let hint = if has_looked {
        say!(
            "The generated one is gone, so somebody has chosen another: name that one with --admin-password-file."
        )
    } else {
        say!(
            "A new Nexus has made one up: name the host and the folder of its data (--data-host, \
             --data-dir), or copy admin.password from there and name that file with \
             --initial-password-file."
        )
    };
    Fault::new(FaultKind::Unauthorized, why).hint(hint)
}

fn fault(unfit: Unfit, what: &str) -> Fault {
    match unfit {
        Unfit::TooOld(hint) => too_old(what, hint),
        Unfit::Conflict { why, hint } => Fault::new(FaultKind::NexusRefused, why).hint(hint),
        Unfit::Eula(disclaimer) => {
            // The first sentence names the licence; the second one says how it is accepted by hand.
            let licence = shown(disclaimer.split(". ").next().unwrap_or_default());
            let why = say!("{what} takes and gives no image before its licence is accepted: {licence}");
            Fault::new(FaultKind::ConsentNeeded, why).hint(say!(
                "Read the licence; --accept-eula (or accept_eula = true under [registry.nexus]) then \
                 accepts it in your name. Versions up to 3.76 do not ask."
            ))
        }
    }
}
