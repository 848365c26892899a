//! What else a Marathon runs, and who leads it.

use anyhow::Result;
use reqwest::Method;

use super::answers;
use super::client::{Found, Marathon};

impl Marathon {
    /// The leader, `host:port`; none while there is none.
    pub async fn leader(&self) -> Result<Option<String>> {
        let what = say!("asking {} who leads it", self.url());
        let (status, answer) = self.exchange(&what, self.endpoint.request(Method::GET, "/v2/leader")).await?;
        match answer {
            Ok(body) => Ok(Some(answers::leader(&what, &body)?)),
            Err(_) if status == 404 => Ok(None),
            Err(refusal) => Err(refusal.into_fault(&what).into()),
        }
    }

    /// Every app with its tasks; one that makes no sense is left out.
    pub async fn apps_with_tasks(&self) -> Result<Vec<Found>> {
        let what = say!("reading the apps of {}", self.url());
        let request = self.endpoint.request(Method::GET, "/v2/apps?embed=apps.tasks&embed=apps.counts");
        Ok(answers::apps_with_tasks(&what, &self.send(&what, request).await?)?)
    }
}
