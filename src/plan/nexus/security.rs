//! Who may do what: anonymous access, realms, the role and its user.

use serde_json::{Value, json};

use super::json;
use super::step::{Action, PlannedStep};
use crate::domain::change::Change;
use crate::domain::nexus::{NexusName, NexusSight, NexusWishes, PasswordState};

/// The realm that lets Docker clients in by the tokens that they are sent for.
const DOCKER_TOKEN: &str = "DockerToken";

/// Whether somebody without a name may read; nothing where the operator has said nothing about it.
pub(super) fn anonymous(wishes: &NexusWishes, sight: &NexusSight) -> Option<PlannedStep> {
    let wanted = json!({"enabled": wishes.anonymous?.is_on()});
    let merged = json::with(&sight.anonymous, &wanted);
    let word = if wishes.anonymous?.is_on() { say!("allowed to read") } else { say!("not let in") };
    let detail = say!("anonymous clients are {word}");
    if merged == sight.anonymous {
        return Some(PlannedStep::unchanged("anonymous", detail));
    }
    let action = Action::put("/security/anonymous", merged);
    Some(PlannedStep::new("anonymous", Change::Updated, detail, action))
}

/// The Bearer realm after those that are active, whose order decides who is asked first.
pub(super) fn realms(sight: &NexusSight) -> PlannedStep {
    let shown = |realms: &[String]| realms.join(", ");
    if sight.realms.iter().any(|it| it == DOCKER_TOKEN) {
        return PlannedStep::unchanged("realm", shown(&sight.realms));
    }
    let all: Vec<String> = sight.realms.iter().cloned().chain([DOCKER_TOKEN.to_owned()]).collect();
    let detail = shown(&all);
    let action = Action::put("/security/realms/active", json!(all));
    PlannedStep::new("realm", Change::Updated, detail, action)
}

/// The role with every privilege on the repository. Nexus makes those privileges together with the repository, so this
/// comes after it.
pub(super) fn role(wishes: &NexusWishes, sight: &NexusSight) -> PlannedStep {
    let (id, privilege) = (wishes.role(), privilege(&wishes.repository));
    let Some(current) = &sight.role else {
        let description = format!("push to and pull from {}", wishes.repository);
        let body = json!({
            "id": id, "name": id, "description": description, "privileges": [privilege], "roles": []
        });
        let action = Action::post("/security/roles", body);
        return PlannedStep::new("role", Change::Created, say!("{id} with {privilege}"), action);
    };
    let privileges = json::including(current, "privileges", &privilege);
    if current.get("privileges") == Some(&privileges) {
        return PlannedStep::unchanged("role", say!("{id} with {privilege}"));
    }
    // What is asked of a role has no `source` and no `readOnly`, unlike what is told of it.
    let field = |key: &str| current.get(key).cloned().unwrap_or(Value::Null);
    let body = json!({
        "id": id, "name": field("name"), "description": field("description"), "privileges": privileges,
        "roles": field("roles"),
    });
    let action = Action::put(&format!("/security/roles/{id}"), body);
    PlannedStep::new("role", Change::Updated, say!("{id} with {privilege}"), action)
}

fn privilege(repository: &NexusName) -> String {
    format!("nx-repository-view-docker-{repository}-*")
}

/// The user with that role, and the password in a step of its own: Nexus changes the one without the other.
pub(super) fn user(wishes: &NexusWishes, sight: &NexusSight) -> Vec<PlannedStep> {
    let Some(name) = &wishes.user else { return Vec::new() };
    let role = wishes.role();
    let Some(current) = &sight.user else {
        let action = Action::CreateUser { user: name.clone(), body: new_user(name, &role) };
        return vec![PlannedStep::new("user", Change::Created, say!("{name} with {role}"), action)];
    };
    let wanted = json!({"roles": json::including(current, "roles", &role), "status": "active"});
    let merged = json::with(current, &wanted);
    let detail = say!("{name} with {role}");
    let known = if merged == *current {
        PlannedStep::unchanged("user", detail)
    } else {
        let action = Action::put(&format!("/security/users/{name}"), merged);
        PlannedStep::new("user", Change::Updated, detail, action)
    };
    vec![known, user_password(name, sight.user_password)]
}

fn user_password(name: &NexusName, state: PasswordState) -> PlannedStep {
    match state {
        PasswordState::AsAsked => PlannedStep::unchanged("user-password", say!("{name} is let in by it")),
        PasswordState::Other => {
            let action = Action::UserPassword { user: name.clone() };
            let detail = say!("{name} was not let in by the one that is asked for");
            PlannedStep::new("user-password", Change::Updated, detail, action)
        }
    }
}

/// With the fields of Nexus' class `ApiCreateUser`, none of which may be empty; the password is put in where it is sent.
/// The address is nobody's: example.org is kept free for such purposes (RFC 2606).
fn new_user(name: &NexusName, role: &str) -> Value {
    json!({
        "userId": name, "firstName": name, "lastName": "(regctl)", "emailAddress": format!("{name}@example.org"),
        "status": "active", "roles": [role],
    })
}
