//! What Marathon answers: an app, the launch queue, deployments, what it is, and refusals. Each body is given to every
//! reader, so that seeds stay what a server sends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::effects::marathon::answers;
use regctl::effects::marathon::refusal::Refusal;
use regctl::plan::{self, app::AppChange};
use serde_json::Value;

const STATUSES: [u16; 10] = [200, 301, 400, 401, 403, 404, 409, 422, 500, 503];

fuzz_target!(|body: &str| {
    let id = "/registry".parse().expect("is an app's id");
    let _ = answers::info("asking", body);
    let _ = answers::created("asking", body);
    let _ = answers::updated("asking", body);
    let _ = answers::deployments_of("asking", body, &id);
    let _ = answers::tasks_of("asking", body, &id);
    let _ = answers::apps("asking", body);
    let _ = answers::versions("asking", body);
    let _ = answers::app_at("asking", body);
    let _ = answers::queue_item("asking", body, &id);
    if let Ok(found) = answers::app("asking", body) {
        judge(found.document.expose());
    }
    for status in STATUSES {
        let html = body.starts_with('<');
        let refusal = Refusal { status, html, body: body.to_owned(), ..Refusal::default() };
        let _ = refusal.says_no_such_app();
        let fault = refusal.into_fault("asking");
        assert!(!fault.message.contains(char::is_control), "fit for a terminal: {:?}", fault.message);
    }
});

/// What is done with an app that is there: its rules, and the difference to the one that is wanted.
fn judge(app: &Value) {
    let version = "1.11".parse().expect("is a version");
    let _ = plan::app::check(app, version);
    let _ = plan::app::warnings(Some(app), app);
    assert_eq!(plan::app::decide(Some(app), app), AppChange::Unchanged, "nothing differs from itself");
}
