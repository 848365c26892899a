//! A look at all that a set-up is about. Nothing is changed.

use anyhow::Result;
use serde_json::Value;

use super::answers;
use super::client::{Entrance, Nexus};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::nexus::{NexusIdentity, NexusName, NexusSight, NexusWishes, PasswordState};
use crate::domain::secret::Secret;

impl Nexus {
    /// How it is found by its administrator, who came in by the password that is asked for or by another one.
    /// `user_password` is the one that the user is to have.
    pub async fn survey(
        &self,
        wishes: &NexusWishes,
        (identity, admin_password): (NexusIdentity, PasswordState),
        user_password: Option<&Secret>,
    ) -> Result<NexusSight> {
        let name = &wishes.repository;
        let what = say!("looking around in {}", self.url());
        let stores = self.must("/blobstores", &what).await?;
        let realms = self.must("/security/realms/active", &what).await?;
        Ok(NexusSight {
            identity,
            admin_password,
            eula: self.document("/system/eula", &what).await?,
            anonymous: answers::document(&what, &self.must("/security/anonymous", &what).await?)?,
            blob_stores: answers::blob_stores(&what, &stores)?,
            repository: self.document(&format!("/repositories/docker/hosted/{name}"), &what).await?,
            repository_name_taken: self.read(&format!("/repositories/{name}"), &what).await?.is_some(),
            realms: answers::realms(&what, &realms)?,
            role: self.document(&format!("/security/roles/{}", wishes.role()), &what).await?,
            user: self.user(wishes.user.as_ref(), &what).await?,
            user_password: self.user_password(wishes.user.as_ref().zip(user_password)).await?,
        })
    }

    async fn document(&self, path: &str, what: &str) -> Result<Option<Value>> {
        let body = self.read(path, what).await?;
        Ok(body.map(|body| answers::document(what, &body)).transpose()?)
    }

    async fn must(&self, path: &str, what: &str) -> Result<String> {
        let missing = || {
            let message = say!("{what}: it has no {path}");
            Fault::new(FaultKind::BadAnswer, message).hint(say!("regctl knows Nexus 3 from 3.27 on."))
        };
        Ok(self.read(path, what).await?.ok_or_else(missing)?)
    }

    async fn user(&self, name: Option<&NexusName>, what: &str) -> Result<Option<Value>> {
        let Some(name) = name else { return Ok(None) };
        let body = self.must(&format!("/security/users?userId={name}"), what).await?;
        Ok(answers::user(what, &body, name)?)
    }

    /// Tried, since nobody is told a password: with a wrong one even what everybody may see is refused.
    async fn user_password(&self, known: Option<(&NexusName, &Secret)>) -> Result<PasswordState> {
        let Some((name, password)) = known else { return Ok(PasswordState::Other) };
        let entrance = self.as_user(name.as_str(), password.clone()).entrance_for_users().await?;
        let is_let_in = matches!(entrance, Entrance::Open | Entrance::NotAllowed);
        Ok(if is_let_in { PasswordState::AsAsked } else { PasswordState::Other })
    }
}
