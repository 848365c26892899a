//! Which resource a path names. Ids of apps have slashes, so the ends of paths decide.

use crate::marathon::app_id::AppId;

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Ping,
    Info,
    Leader,
    Events,
    Deployments,
    Deployment(String),
    Queue,
    QueueDelay(AppId),
    Tasks,
    Pods,
    Apps,
    App(AppId),
    Restart(AppId),
    Versions(AppId),
    Version(AppId, String),
    AppTasks(AppId),
    AppTask(AppId, String),
}

impl Route {
    /// The resource of a path, if there is one.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Some(match path.trim_end_matches('/') {
            "/ping" => Self::Ping,
            "/v2/info" => Self::Info,
            "/v2/leader" => Self::Leader,
            "/v2/events" => Self::Events,
            "/v2/deployments" => Self::Deployments,
            "/v2/queue" => Self::Queue,
            "/v2/tasks" => Self::Tasks,
            "/v2/pods" => Self::Pods,
            "/v2/apps" => Self::Apps,
            other => return Self::deeper(other),
        })
    }

    fn deeper(path: &str) -> Option<Self> {
        if let Some(id) = path.strip_prefix("/v2/deployments/") {
            return (!id.contains('/')).then(|| Self::Deployment(id.to_owned()));
        }
        if let Some(rest) = path.strip_prefix("/v2/queue/") {
            return rest.strip_suffix("/delay").map(|id| Self::QueueDelay(AppId::canonical(id)));
        }
        path.strip_prefix("/v2/apps/").map(Self::of_app)
    }

    fn of_app(rest: &str) -> Self {
        for (end, route) in [
            ("/restart", Self::Restart as fn(AppId) -> Self),
            ("/versions", Self::Versions),
            ("/tasks", Self::AppTasks),
        ] {
            if let Some(id) = rest.strip_suffix(end) {
                return route(AppId::canonical(id));
            }
        }
        if let Some((before, last)) = rest.rsplit_once('/') {
            if let Some(id) = before.strip_suffix("/versions") {
                return Self::Version(AppId::canonical(id), last.to_owned());
            }
            if let Some(id) = before.strip_suffix("/tasks") {
                return Self::AppTask(AppId::canonical(id), last.to_owned());
            }
        }
        Self::App(AppId::canonical(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_have_slashes_and_the_end_decides() {
        let id = AppId::canonical("/infra/registry");
        for (path, route) in [
            ("/v2/apps//infra/registry", Route::App(id.clone())),
            ("/v2/apps/infra/registry/", Route::App(id.clone())),
            ("/v2/apps/infra/registry/restart", Route::Restart(id.clone())),
            ("/v2/apps/infra/registry/versions", Route::Versions(id.clone())),
            ("/v2/apps/infra/registry/versions/V", Route::Version(id.clone(), "V".to_owned())),
            ("/v2/apps/infra/registry/tasks/T", Route::AppTask(id.clone(), "T".to_owned())),
            ("/v2/queue/infra/registry/delay", Route::QueueDelay(id)),
            ("/v2/apps/", Route::Apps),
            ("/v2/deployments/D", Route::Deployment("D".to_owned())),
            ("/v2/pods", Route::Pods),
        ] {
            assert_eq!(Route::of(path), Some(route), "{path}");
        }
    }

    #[test]
    fn other_paths_name_nothing() {
        for path in ["/", "/v2", "/v3/apps", "/service/marathon/v2/apps", "/v2/queue/a", "/v2/pods/a"] {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }
}
