//! What Marathon has and is about: apps, deployments, the launch queue, tasks.

use anyhow::Result;
use reqwest::Method;

use super::answers;
use super::client::Marathon;
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::{QueueItem, Task};
use crate::domain::deployment::Deployment;
use crate::domain::pod_definition::PodDefinition;

impl Marathon {
    /// The deployments that run and touch the app.
    pub async fn deployments_of(&self, id: &AppId) -> Result<Vec<Deployment>> {
        let what = say!("reading the deployments of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/deployments")).await?;
        Ok(answers::deployments_of(&what, &answer, id)?)
    }

    /// What the launch queue says about the app; `None` where nothing of it is waiting.
    pub async fn queue_item(&self, id: &AppId) -> Result<Option<QueueItem>> {
        let what = say!("reading the launch queue of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/queue")).await?;
        Ok(answers::queue_item(&what, &answer, id)?)
    }

    /// The tasks of an app, also of one that was deleted and whose tasks are still ending.
    pub async fn tasks_of(&self, id: &AppId) -> Result<Vec<Task>> {
        let what = say!("reading the tasks of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/tasks")).await?;
        Ok(answers::tasks_of(&what, &answer, id)?)
    }

    /// The definitions of all apps.
    pub async fn apps(&self) -> Result<Vec<AppDefinition>> {
        let what = say!("reading the apps of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/apps")).await?;
        Ok(answers::apps(&what, &answer)?)
    }

    /// The definitions of all pods. A Marathon from before 1.4 has no such resource, and so no pods.
    pub async fn pods(&self) -> Result<Vec<PodDefinition>> {
        let what = say!("reading the pods of {}", self.url());
        match self.exchange(&what, self.endpoint.request(Method::GET, "/v2/pods")).await? {
            (404, Err(_)) => Ok(Vec::new()),
            (_, answer) => Ok(answers::pods(&what, &answer.map_err(|refusal| refusal.into_fault(&what))?)?),
        }
    }
}
