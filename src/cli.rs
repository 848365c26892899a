//! The command line: the global flags and the table of contents.

mod answer;
mod complaint;
mod verbs;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{
    ArgAction, ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};

use crate::commands::audit::{Trail, invocation};
use crate::commands::{self, Context, guide};
use crate::domain::audit::Invocation;
use crate::domain::event::Event;
use crate::report::{Format, Report, Style};
use crate::terminal::Screen;
use answer::{answer, json_was_asked};

pub use answer::Answer;
pub use verbs::{CertCommand, NexusCommand, RepoCommand, TagCommand, UserCommand};

/// Gives a DC/OS cluster its own private Docker registry, trusted by every agent.
///
/// This is the DC/OS registry provisioner, not regclient's tool of the same name.
#[derive(Debug, Parser)]
#[command(name = "regctl", version, about, long_about, propagate_version = true)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The command line as the audit trail keeps it.
    #[arg(skip)]
    pub invocation: Invocation,
}

/// One variant, one file in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make and look after the registry's certificates.
    #[command(subcommand)]
    Cert(CertCommand),
    /// Find the cluster, ask for the rest, and write regctl.toml.
    Init(Box<commands::init::Args>),
    /// Print the registry's app definition, without a cluster.
    Render(Box<commands::render::Args>),
    /// List the agents that Mesos knows.
    Agents(commands::agents::Args),
    /// Check the cluster and its agents before anything is changed.
    Doctor(Box<commands::doctor::Args>),
    /// Run the registry on Marathon and wait until it is healthy.
    Deploy(Box<commands::deploy::Args>),
    /// Take the registry's app back to the version before.
    Rollback(Box<commands::rollback::Args>),
    /// Delete the registry's app; images and certificates stay.
    Undeploy(Box<commands::undeploy::Args>),
    /// Free what nothing in the registry refers to any more.
    Gc(Box<commands::gc::Args>),
    /// Put a key of yours onto every agent, for the other commands.
    SshSetup(Box<commands::ssh_setup::Args>),
    /// Make every agent trust the registry, in one login each.
    TrustAgents(Box<commands::trust_agents::Args>),
    /// Take back exactly what trust-agents did.
    UntrustAgents(Box<commands::untrust_agents::Args>),
    /// Do it all, preflight to verification; again is the repair.
    Up(Box<commands::up::Args>),
    /// Take it all back: no agent trusts the registry, no app runs it.
    Down(Box<commands::down::Args>),
    /// Log Docker in to the registry, here and on every agent.
    Login(Box<commands::login::log_in::Args>),
    /// Take back what login did.
    Logout(Box<commands::login::log_out::Args>),
    /// Say who may push to the registry and pull from it.
    #[command(subcommand)]
    User(UserCommand),
    /// Show what was changed, when, by whom, and how that ended.
    Log(commands::log::Args),
    /// Say what the code of an error means, and what to do about it.
    Explain(commands::explain::Args),
    /// Print completions for a shell.
    Completions(commands::completions::Args),
    /// Print the manual of a command, or write that of all of them.
    Man(commands::man::Args),
    /// Set up a Sonatype Nexus that is the registry.
    #[command(subcommand)]
    Nexus(NexusCommand),
    /// Check the registry, from here and from every agent.
    Verify(Box<commands::verify::Args>),
    /// List the registry's repositories.
    #[command(subcommand)]
    Repo(RepoCommand),
    /// List, delete and restore tags.
    #[command(subcommand)]
    Tag(TagCommand),
    /// Say how much room each repository takes in the registry.
    Image(commands::image::Args),
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global")]
pub struct Global {
    /// Configuration file [default: ./regctl.toml, then $XDG_CONFIG_HOME/regctl/regctl.toml].
    #[arg(long, global = true, value_name = "FILE", env = "REGCTL_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to print on stdout.
    #[arg(short, long, global = true, default_value = "human", env = "REGCTL_OUTPUT", value_parser = format_parser())]
    pub output: Format,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,
    /// Show every event on stderr, with times.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Show errors only.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Language of messages and help [default: what REGCTL_LANG, LC_ALL, LC_MESSAGES or LANG say].
    #[arg(long, global = true, value_name = "LANG", value_parser = ["en", "zh"])]
    pub lang: Option<String>,
    /// Never ask; also implied where stdin is no terminal.
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer yes to every confirmation.
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Print all of this help; -h prints a screen of it.
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Print the version.
    #[arg(short = 'V', long, global = true, action = ArgAction::Version)]
    version: Option<bool>,
}

/// `report` knows no clap, so the names of its formats are spelled here.
fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["human", "json"])
        .map(|name| if name == "json" { Format::Json } else { Format::Human })
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Global {
    /// How text on stdout looks.
    pub fn style(&self) -> Style {
        let colored = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => crate::terminal::stdout_takes_color(),
        };
        Style { colored, width: crate::terminal::stdout_width(), whole: self.verbose }
    }
}

impl Cli {
    /// The definition that everything is made from: the parser, the helps, the manual and the completions.
    pub fn definition() -> clap::Command {
        let mut command = Self::command();
        command.build();
        command
    }

    /// Parses the process's arguments. With `-o json` a usage error is a JSON document as any other error.
    pub fn parse_checked() -> Result<Self, Answer> {
        let args: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
        let json =
            json_was_asked(&args) || std::env::var_os("REGCTL_OUTPUT").is_some_and(|format| format == "json");
        commands::language::choose(&args, json);
        Self::parsed().map_err(|error| answer(&error, json))
    }

    fn parsed() -> Result<Self, clap::Error> {
        let mut command = guide::answering(Self::command());
        let matches: ArgMatches = command.try_get_matches_from_mut(std::env::args_os())?;
        let invocation = invocation(&command, &matches);
        let cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        Ok(Self { invocation, ..cli })
    }
}

/// Runs the command on a runtime of its own and hands back its report.
pub fn run(cli: Cli) -> Result<Report> {
    let screen = Arc::new(Screen::new(&cli.global.screen()));
    let trail = Arc::new(Trail::new(cli.invocation));
    let context = match cli.command {
        // It writes the file, so it is not held up by one that does not parse, nor led by one that it replaces.
        Command::Init(_) => Context::without_file(&cli.global, Arc::clone(&screen), Arc::clone(&trail)),
        _ => Context::new(&cli.global, Arc::clone(&screen), Arc::clone(&trail))?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = dispatch(cli.command, &context);
    let result = runtime.block_on(commands::cut_off::unless_cut_off(work));
    if let Err(error) = trail.end(&result) {
        context.tell(Event::Warning(say!("how this run ended is not on record: {error:#}")));
    }
    screen.close();
    // A name that is still being looked up for nobody would be waited for.
    runtime.shutdown_background();
    result
}

impl Global {
    fn screen(&self) -> crate::terminal::Settings {
        use crate::terminal::Loudness;
        let loudness = match (self.quiet, self.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        crate::terminal::Settings {
            loudness,
            ask: !self.no_input,
            assume_yes: self.yes,
            colored: self.color != Color::Never,
        }
    }
}

async fn dispatch(command: Command, context: &Context) -> Result<Report> {
    match command {
        Command::Cert(CertCommand::Gen(args)) => commands::cert_gen::run(args, context).await,
        Command::Cert(CertCommand::Doctor(args)) => commands::cert_doctor::run(*args, context).await,
        Command::Cert(CertCommand::Import(args)) => commands::cert_import::run(*args, context).await,
        Command::Cert(CertCommand::Show(args)) => commands::cert_show::run(args, context).await,
        Command::Cert(CertCommand::Status(args)) => commands::cert_status::run(args, context).await,
        Command::Cert(CertCommand::RotateCa(args)) => commands::cert_rotate_ca::run(*args, context).await,
        Command::Cert(CertCommand::Renew(args)) => commands::cert_renew::run(*args, context).await,
        Command::Init(args) => commands::init::run(*args, context).await,
        Command::Render(args) => commands::render::run(*args, context).await,
        Command::Agents(args) => commands::agents::run(args, context).await,
        Command::Doctor(args) => commands::doctor::run(*args, context).await,
        Command::Deploy(args) => commands::deploy::run(*args, context).await,
        Command::Rollback(args) => commands::rollback::run(*args, context).await,
        Command::Undeploy(args) => commands::undeploy::run(*args, context).await,
        Command::Login(args) => commands::login::log_in::run(*args, context).await,
        Command::Logout(args) => commands::login::log_out::run(*args, context).await,
        Command::User(UserCommand::Add(args)) => commands::user::add::run(*args, context).await,
        Command::User(UserCommand::Rm(args)) => commands::user::rm::run(*args, context).await,
        Command::User(UserCommand::Ls(args)) => commands::user::ls::run(args, context).await,
        Command::Gc(args) => commands::gc::run(*args, context).await,
        Command::Nexus(NexusCommand::Setup(args)) => commands::nexus_setup::run(*args, context).await,
        Command::Verify(args) => commands::verify::run(*args, context).await,
        Command::Log(args) => commands::log::run(&args, context),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Completions(args) => commands::completions::run(&args, Cli::definition()),
        Command::Man(args) => commands::man::run(args, &Cli::definition()),
        Command::Tag(TagCommand::Delete(args)) => commands::tag_delete::run(*args, context).await,
        Command::Tag(TagCommand::Restore(args)) => commands::tag_restore::run(*args, context).await,
        Command::Image(args) => commands::image::run(args, context).await,
        Command::Tag(TagCommand::Ls(args)) => commands::tag_ls::run(*args, context).await,
        Command::Repo(RepoCommand::Ls(args)) => commands::repo_ls::run(*args, context).await,
        Command::Down(args) => commands::down::run(*args, context).await,
        Command::Up(args) => commands::up::run(*args, context).await,
        Command::SshSetup(args) => commands::ssh_setup::run(*args, context).await,
        Command::TrustAgents(args) => commands::trust_agents::run(*args, context).await,
        Command::UntrustAgents(args) => commands::untrust_agents::run(*args, context).await,
    }
}
