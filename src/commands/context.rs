//! What every command has at hand: the configuration, the screen, and where things are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::audit::Trail;
use crate::cli::Global;
use crate::domain::config::Config;
use crate::domain::config_text;
use crate::domain::event::{Event, Observer};
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::files;
use crate::report::{Format, Style};
use crate::terminal::Screen;

/// What every command has at hand.
pub struct Context {
    /// regctl.toml, or all defaults where there is none.
    pub config: Config,
    /// The file that it is in; without one, the file that `--config` names for `init` to write.
    pub file: Option<PathBuf>,
    /// The folder of regctl.toml, or the working directory: relative paths of the file start here, and `.regctl/` is
    /// kept here.
    pub base: PathBuf,
    /// Where progress is shown and questions are asked.
    pub screen: Arc<Screen>,
    /// What stdout is to hold.
    pub format: Format,
    /// What this run leaves in the audit trail.
    pub trail: Arc<Trail>,
}

impl Context {
    /// Reads the configuration. Errors: a named file that is missing, or one that does not parse.
    pub fn new(global: &Global, screen: Arc<Screen>, trail: Arc<Trail>) -> Result<Self> {
        let file = global.config.clone().or_else(default_file);
        let format = global.output;
        let Some(file) = file else {
            return Ok(Self::without_file(global, screen, trail));
        };
        let text = files::read_text(&file, FaultKind::Config)?;
        let config = config_text::parse(&text)
            .map_err(|why| Fault::new(FaultKind::Config, format!("{}: {why}", file.display())))?;
        let base = file.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self { config, file: Some(file), base, screen, format, trail })
    }

    /// With nothing configured, whatever is there: for the command that writes the file.
    pub fn without_file(global: &Global, screen: Arc<Screen>, trail: Arc<Trail>) -> Self {
        let file = global.config.clone();
        let format = global.output;
        Self { config: Config::default(), file, base: PathBuf::new(), screen, format, trail }
    }

    /// The same for work that has been consented to as a whole: none of its parts asks again.
    pub fn agreed(&self) -> Self {
        self.on(self.screen.agreed())
    }

    /// The same with another screen.
    pub fn on(&self, screen: Screen) -> Self {
        let Self { config, file, base, format, trail, .. } = self;
        Self {
            config: config.clone(),
            file: file.clone(),
            base: base.clone(),
            screen: Arc::new(screen),
            format: *format,
            trail: Arc::clone(trail),
        }
    }

    /// A path of the configuration file, seen from the working directory.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Who runs this, as `ann@bastion`: a second run is told so.
    pub fn holder(&self) -> String {
        let user = std::env::var("USER").unwrap_or_else(|_| "somebody".to_owned());
        format!("{user}@{}", rustix::system::uname().nodename().to_string_lossy())
    }

    /// How text on stderr looks.
    pub fn style(&self) -> Style {
        Style { colored: self.screen.takes_color(), ..Style::PLAIN }
    }

    /// Shows an event.
    pub fn tell(&self, event: Event) {
        self.screen.observe(event);
    }
}

/// `./regctl.toml`, then `$XDG_CONFIG_HOME/regctl/regctl.toml`, whichever is there first.
fn default_file() -> Option<PathBuf> {
    let local = PathBuf::from("regctl.toml");
    let user = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))
        .map(|dir| dir.join("regctl/regctl.toml"));
    std::iter::once(local).chain(user).find(|file| file.exists())
}
