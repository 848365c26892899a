//! The app as it is wanted: rendered, set, and held to every rule.

use anyhow::Result;
use serde_json::Value;

use super::Context;
use super::flags::{AppArgs, OwnTemplate};
use crate::domain::app::{AppDocument, MarathonVersion};
use crate::domain::deploy::RegistrySpec;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::http_secret;
use crate::plan::app::{apply, check};
use crate::plan::nexus;
use crate::plan::registry_app::{self, Ingredients, built_in};

/// Stands for a secret that is not made yet.
const NOT_YET_MADE: &str = "(made when it is deployed)";

/// All that an app is made of but for its secret.
pub(super) struct Desired<'a> {
    /// What the operator said about its form: template and settings.
    pub(super) args: &'a AppArgs,
    /// The registry.
    pub(super) spec: &'a RegistrySpec,
    /// The Marathon that it is for.
    pub(super) marathon: MarathonVersion,
    /// The digest of its files, where it is known.
    pub(super) files_digest: Option<String>,
    /// Where its secret is kept.
    pub(super) context: &'a Context,
}

impl Desired<'_> {
    /// The app with the secret that it has, or with the one that is kept for it; one is made where there is neither.
    /// Errors, all exit 2 and before a secret is made: a template that leaves a variable unset or renders to no JSON
    /// object, a setting without a place, a rule that is broken.
    pub(super) fn document(&self, has: Option<Value>) -> Result<AppDocument> {
        let Some(secret) = self.known(has)? else {
            self.with(NOT_YET_MADE.into())?;
            let made = http_secret::make(&self.context.base, &self.spec.id)?;
            return self.with(made.expose().into());
        };
        self.with(secret)
    }

    /// The same, but nothing is made: a secret that is not there yet is spoken of.
    pub(super) fn preview(&self, has: Option<Value>) -> Result<AppDocument> {
        self.with(self.known(has)?.unwrap_or_else(|| NOT_YET_MADE.into()))
    }

    /// A Nexus needs no secret, so none is made for it.
    fn known(&self, has: Option<Value>) -> Result<Option<Value>> {
        if self.spec.nexus.is_some() {
            return Ok(Some(Value::Null));
        }
        let Some(secret) = has else {
            let stored = http_secret::stored(&self.context.base, &self.spec.id)?;
            return Ok(stored.map(|secret| secret.expose().into()));
        };
        Ok(Some(secret))
    }

    fn built_in(&self) -> &'static str {
        let form = self.marathon.form();
        if self.spec.nexus.is_some() { nexus::app::built_in(form) } else { built_in(form) }
    }

    fn with(&self, http_secret: Value) -> Result<AppDocument> {
        let own = self.args.own_template(self.context)?;
        let unfit = |why: String| unfit(own.as_ref(), &why);
        let template = own.as_ref().map_or_else(|| self.built_in(), |own| own.text.as_str());
        let ingredients = Ingredients { http_secret, files_digest: self.files_digest.clone() };
        let mut app = registry_app::render(template, self.spec, &ingredients).map_err(unfit)?;
        apply(&mut app, &self.args.set).map_err(Fault::value)?;
        let problems = check(&app, self.marathon);
        if problems.is_empty() { Ok(AppDocument::new(app)) } else { Err(unfit(problems.join("; ")).into()) }
    }
}

fn unfit(own: Option<&OwnTemplate>, why: &str) -> Fault {
    let whose =
        own.map_or_else(|| say!("the app").to_owned(), |own| say!("the template {}", own.path.display()));
    Fault::new(FaultKind::AppUnfit, say!("{whose} cannot be used: {why}"))
}
