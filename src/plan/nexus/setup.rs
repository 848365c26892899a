//! The steps of a set-up in their order.

use serde_json::{Value, json};

use super::step::{Action, PlannedStep, Unfit};
use super::{repository, security};
use crate::domain::change::Change;
use crate::domain::nexus::{NexusSight, NexusWishes, OLDEST, PasswordState};

/// Every step that the wishes ask for. The password comes first, since until it is changed Nexus is open to whoever reads
/// the old one; then the licence, without which nothing is taken or given.
///
/// Errors: this Nexus cannot be made so, or not without the operator's word; nothing has been changed then.
pub fn plan(wishes: &NexusWishes, sight: &NexusSight) -> Result<Vec<PlannedStep>, Unfit> {
    if sight.identity.version.is_some_and(|version| version < OLDEST) {
        return Err(Unfit::TooOld(by_hand(wishes)));
    }
    let mut steps = vec![admin_password(sight)];
    steps.extend(eula(wishes, sight)?);
    steps.extend(security::anonymous(wishes, sight));
    steps.push(repository::blob_store(wishes, sight));
    steps.push(repository::repository(wishes, sight)?);
    steps.push(security::realms(sight));
    steps.push(security::role(wishes, sight));
    steps.extend(security::user(wishes, sight));
    Ok(steps)
}

fn admin_password(sight: &NexusSight) -> PlannedStep {
    match sight.admin_password {
        PasswordState::AsAsked => {
            PlannedStep::unchanged("admin-password", say!("admin is let in by it").to_owned())
        }
        PasswordState::Other => {
            let detail = say!("the initial one is replaced by yours").to_owned();
            PlannedStep::new("admin-password", Change::Updated, detail, Action::AdminPassword)
        }
    }
}

/// The licence of the Community Edition. It is accepted by sending its disclaimer back to the letter.
fn eula(wishes: &NexusWishes, sight: &NexusSight) -> Result<Option<PlannedStep>, Unfit> {
    let Some(eula) = sight.eula.as_ref().filter(|_| !is_pro(sight)) else { return Ok(None) };
    let accepted = eula.get("accepted").and_then(Value::as_bool).unwrap_or_default();
    let disclaimer = eula.get("disclaimer").and_then(Value::as_str).unwrap_or_default();
    match (accepted, wishes.accept_eula) {
        (true, _) => Ok(Some(PlannedStep::unchanged("eula", say!("accepted").to_owned()))),
        (false, false) => Err(Unfit::Eula(disclaimer.to_owned())),
        (false, true) => {
            let action = Action::post("/system/eula", json!({"accepted": true, "disclaimer": disclaimer}));
            Ok(Some(PlannedStep::new(
                "eula",
                Change::Updated,
                say!("accepted at your word").to_owned(),
                action,
            )))
        }
    }
}

fn is_pro(sight: &NexusSight) -> bool {
    sight.identity.edition.as_deref() == Some("PRO")
}

/// What to click where the REST API is not there yet, in the words of Nexus' own pages.
pub fn by_hand(wishes: &NexusWishes) -> String {
    let NexusWishes { repository, connector_port, .. } = wishes;
    say!(
        "Take a tag from {OLDEST} on, or set it up by hand at its web page: Repositories, \
         Create, docker (hosted), name {repository}, HTTP connector {connector_port}; \
         Realms, activate Docker Bearer Token; Roles, a role with \
         nx-repository-view-docker-{repository}-*; Users, one with that role. Then regctl \
         verify checks it."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::nexus::{NexusIdentity, Switch};

    fn wishes() -> NexusWishes {
        NexusWishes {
            repository: "docker-hosted".parse().expect("a name"),
            blob_store: "default".parse().expect("a name"),
            connector_port: 5001,
            basic_auth: Switch::On,
            anonymous: None,
            user: Some("ann".parse().expect("a name")),
            accept_eula: false,
        }
    }

    /// A Nexus 3.76 that nobody has touched yet.
    fn fresh() -> NexusSight {
        NexusSight {
            identity: NexusIdentity { version: "3.76.1-03".parse().ok(), edition: Some("OSS".to_owned()) },
            admin_password: PasswordState::Other,
            eula: None,
            anonymous: json!({"enabled": true, "userId": "anonymous", "realmName": "NexusAuthorizingRealm"}),
            blob_stores: vec!["default".to_owned()],
            repository: None,
            repository_name_taken: false,
            realms: vec!["NexusAuthenticatingRealm".to_owned(), "LdapRealm".to_owned()],
            role: None,
            user: None,
            user_password: PasswordState::Other,
        }
    }

    /// The same after a set-up.
    fn done() -> NexusSight {
        NexusSight {
            admin_password: PasswordState::AsAsked,
            repository: Some(json!({
                "name": "docker-hosted", "url": "http://x", "format": "docker", "type": "hosted", "online": true,
                "storage": {"blobStoreName": "default", "writePolicy": "ALLOW_ONCE"},
                "docker": {"httpPort": 5001, "forceBasicAuth": true, "v1Enabled": true, "httpsPort": null},
            })),
            repository_name_taken: true,
            realms: vec!["DockerToken".to_owned(), "NexusAuthenticatingRealm".to_owned()],
            role: Some(json!({
                "id": "docker-hosted-all", "name": "d", "description": null, "readOnly": false, "source": "default",
                "privileges": ["nx-search-read", "nx-repository-view-docker-docker-hosted-*"], "roles": [],
            })),
            user: Some(json!({
                "userId": "ann", "firstName": "Ann", "lastName": "B", "emailAddress": "ann@example.org",
                "source": "default", "status": "active", "readOnly": false, "roles": ["x", "docker-hosted-all"],
                "externalRoles": [],
            })),
            user_password: PasswordState::AsAsked,
            ..fresh()
        }
    }

    fn changes(steps: &[PlannedStep]) -> Vec<(&'static str, Change)> {
        steps.iter().map(|it| (it.step.step, it.step.change)).collect()
    }

    #[test]
    fn a_new_nexus_is_set_up_in_an_order_that_works() {
        let steps = plan(&wishes(), &fresh()).expect("can be done");
        let expected = [
            ("admin-password", Change::Updated),
            ("blob-store", Change::Unchanged),
            ("repository", Change::Created),
            ("realm", Change::Updated),
            ("role", Change::Created),
            ("user", Change::Created),
        ];
        assert_eq!(changes(&steps), expected);
        let realms = json!(["NexusAuthenticatingRealm", "LdapRealm", "DockerToken"]);
        assert_eq!(steps[3].action, Action::put("/security/realms/active", realms));
    }

    #[test]
    fn what_is_as_asked_is_left_alone_whatever_else_somebody_has_set() {
        let steps = plan(&wishes(), &done()).expect("can be done");
        assert!(steps.iter().all(|it| it.action == Action::Nothing), "{steps:#?}");
        assert_eq!(steps.len(), 7);
    }

    #[test]
    fn an_update_keeps_what_others_have_set() {
        let moved = NexusWishes { connector_port: 5002, basic_auth: Switch::Off, ..wishes() };
        let steps = plan(&moved, &done()).expect("can be done");
        let Action::Put { path, body } = &steps[2].action else { panic!("{steps:#?}") };
        assert_eq!(path, "/repositories/docker/hosted/docker-hosted");
        let kept = json!({
            "name": "docker-hosted", "online": true,
            "storage": {"blobStoreName": "default", "writePolicy": "ALLOW_ONCE"},
            "docker": {"httpPort": 5002, "forceBasicAuth": false, "v1Enabled": true, "httpsPort": null},
        });
        assert_eq!(*body, kept);
        let detail = "docker-hosted: docker.httpPort 5001 → 5002, docker.forceBasicAuth true → false";
        assert_eq!(steps[2].step.detail, detail);
    }

    #[test]
    fn a_user_that_was_there_gets_the_role_and_keeps_the_others() {
        let mut sight = done();
        sight.user = sight.user.map(|user| super::super::json::with(&user, &json!({"roles": ["x"]})));
        sight.user_password = PasswordState::Other;
        let steps = plan(&wishes(), &sight).expect("can be done");
        let Action::Put { path, body } = &steps[5].action else { panic!("{steps:#?}") };
        assert_eq!(
            (path.as_str(), &body["roles"]),
            ("/security/users/ann", &json!(["x", "docker-hosted-all"]))
        );
        assert_eq!(steps[6].action, Action::UserPassword { user: "ann".parse().expect("a name") });
    }

    #[test]
    fn anonymous_access_changes_only_where_it_is_spoken_of() {
        let off = NexusWishes { anonymous: Some(Switch::Off), ..wishes() };
        let steps = plan(&off, &fresh()).expect("can be done");
        let body = json!({"enabled": false, "userId": "anonymous", "realmName": "NexusAuthorizingRealm"});
        assert_eq!(steps[1].action, Action::put("/security/anonymous", body));
        let on = NexusWishes { anonymous: Some(Switch::On), ..wishes() };
        assert_eq!(plan(&on, &fresh()).expect("can be done")[1].step.change, Change::Unchanged);
    }

    #[test]
    fn the_licence_is_accepted_at_the_operators_word_alone_and_to_the_letter() {
        let eula = json!({"accepted": false, "disclaimer": "By returning ‘accepted:true’ …"});
        let sight = NexusSight { eula: Some(eula), ..fresh() };
        let refused = plan(&wishes(), &sight).expect_err("needs consent");
        assert_eq!(refused, Unfit::Eula("By returning ‘accepted:true’ …".to_owned()));
        let steps = plan(&NexusWishes { accept_eula: true, ..wishes() }, &sight).expect("can be done");
        let body = json!({"accepted": true, "disclaimer": "By returning ‘accepted:true’ …"});
        assert_eq!(steps[1].action, Action::post("/system/eula", body));
        let mut pro = sight;
        pro.identity.edition = Some("PRO".to_owned());
        assert_eq!(plan(&wishes(), &pro).expect("has another licence")[1].step.step, "blob-store");
    }

    #[test]
    fn what_cannot_be_made_so_is_said_before_anything_is_changed() {
        let taken = NexusSight { repository_name_taken: true, ..fresh() };
        assert!(matches!(plan(&wishes(), &taken), Err(Unfit::Conflict { .. })));
        let elsewhere = NexusWishes { blob_store: "big".parse().expect("a name"), ..wishes() };
        assert!(matches!(plan(&elsewhere, &done()), Err(Unfit::Conflict { .. })));
        let mut old = fresh();
        old.identity.version = "3.14.0-04".parse().ok();
        let Err(Unfit::TooOld(hint)) = plan(&wishes(), &old) else { panic!("is too old") };
        assert!(
            hint.contains("3.27.0") && hint.contains("nx-repository-view-docker-docker-hosted-*"),
            "{hint}"
        );
    }
}
