//! An app's past and its end: the versions that Marathon keeps, going back to one, deleting it.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use super::answers;
use super::client::{Accepted, Force, Marathon};
use crate::domain::app::{AppDocument, AppId};

impl Marathon {
    /// The versions of an app that Marathon keeps, the newest first. The present one is among them.
    pub async fn versions(&self, id: &AppId) -> Result<Vec<String>> {
        let what = say!("reading the versions of {id} from {}", self.url());
        let request = self.endpoint.request(Method::GET, &format!("/v2/apps{id}/versions"));
        Ok(answers::versions(&what, &self.send(&what, request).await?)?)
    }

    /// The definition of an app at one of its versions.
    pub async fn app_at(&self, id: &AppId, version: &str) -> Result<AppDocument> {
        let what = say!("reading version {version} of {id} from {}", self.url());
        let request = self.endpoint.request(Method::GET, &format!("/v2/apps{id}/versions/{version}"));
        Ok(answers::app_at(&what, &self.send(&what, request).await?)?)
    }

    /// Takes an app back to one of its versions, which gets a new version by that. The version alone is sent: what
    /// Marathon answers with cannot always be sent back to it.
    pub async fn restore(&self, id: &AppId, version: &str, force: Force) -> Result<Accepted> {
        self.patch(id, &json!({ "version": version }), force).await
    }

    /// Deletes an app; its tasks end after that. Left to itself Marathon takes `force` for yes here.
    pub async fn delete(&self, id: &AppId, force: Force) -> Result<Accepted> {
        let path = format!("/v2/apps{id}?force={}", force.word());
        let what = say!("deleting app {id} at {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::DELETE, &path)).await?;
        Ok(answers::updated(&what, &answer)?)
    }
}
