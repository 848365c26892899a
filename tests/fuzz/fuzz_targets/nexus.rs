//! What a Nexus answers: its header `Server`, lists of blob stores, realms and users, refusals; and the password that a host
//! tells.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::script::Answer;
use regctl::effects::nexus::answers;
use regctl::plan::nexus::first_password;

fuzz_target!(|bytes: &[u8]| {
    let Ok(body) = str::from_utf8(bytes) else { return };
    let shown = answers::identity(body).to_string();
    assert!(!shown.contains(char::is_control), "fit for a terminal: {shown:?}");
    let words = answers::words(body);
    assert!(!words.contains(char::is_control), "fit for a terminal: {words:?}");
    let _ = answers::blob_stores("asking", body);
    let _ = answers::realms("asking", body);
    let name = "ann".parse().expect("is a name");
    if let Ok(Some(user)) = answers::user("asking", body, &name) {
        assert_eq!(user["userId"], "ann");
    }
    let facts = [("password".to_owned(), body.to_owned())].into();
    if let Some(password) = first_password::told(&Answer { facts, ..Answer::default() }) {
        assert!(!password.expose().is_empty() && !password.expose().contains('\n'));
    }
});
