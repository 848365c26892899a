//! Reads what Mesos-DNS says of `master.mesos`: the masters are not in `/slaves`, yet they pull and push as agents do.

use std::net::IpAddr;

use serde::Deserialize;

use crate::domain::host::Host;

/// A master: where to log in to, or what was sent in the place of an IP address.
pub type Master = Result<Host, String>;

/// One entry of `/v1/hosts/NAME`. A name that Mesos-DNS does not know is one entry with nothing in either field.
#[derive(Deserialize)]
struct Record {
    ip: String,
}

/// Reads the document: the masters that it names, none where the name is not known. The error says what is wrong with it,
/// in words that follow `the answer`.
pub fn parse(body: &[u8]) -> Result<Vec<Master>, String> {
    if body.trim_ascii_start().first() == Some(&b'<') {
        return Err(say!("is a web page, not JSON; is this really Mesos-DNS?").to_owned());
    }
    let records: Vec<Record> = serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => say!("breaks off in the middle").to_owned(),
        serde_json::error::Category::Data => say!("is not a list of addresses: {error}"),
        _ => say!("is not JSON: {error}"),
    })?;
    Ok(records.into_iter().map(|record| record.ip).filter(|ip| !ip.is_empty()).map(master).collect())
}

/// Mesos-DNS answers with addresses only, so a name in their place is not believed.
fn master(ip: String) -> Master {
    ip.parse::<IpAddr>().map(Host::Ip).map_err(|_| ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masters(body: &str) -> Vec<Master> {
        parse(body.as_bytes()).expect("is a list")
    }

    #[test]
    fn each_address_is_a_master() {
        let body = r#"[{"host":"master.mesos.","ip":"192.168.1.2"},{"host":"master.mesos.","ip":"fd00::2"}]"#;
        let host = |text: &str| Ok(text.parse().expect("a host"));
        assert_eq!(masters(body), [host("192.168.1.2"), host("fd00::2")]);
    }

    #[test]
    fn a_name_that_is_not_known_is_no_master() {
        assert_eq!(masters(r#"[{"host":"","ip":""}]"#), []);
        assert_eq!(masters("[]"), []);
    }

    #[test]
    fn what_is_no_address_is_kept_apart() {
        for hostile in ["-oProxyCommand=id", "a1", "192.168.1.2:22", "192.168.1.2 ", "../../x", "300.1.1.1"] {
            let body = serde_json::json!([{ "host": "master.mesos.", "ip": hostile }]).to_string();
            assert_eq!(masters(&body), [Err(hostile.to_owned())]);
        }
    }

    #[test]
    fn what_is_no_list_says_why() {
        let why = |body: &str| parse(body.as_bytes()).expect_err("is no list");
        assert!(why(" <html>").contains("a web page"));
        assert!(why(r#"[{"host":"master.mesos.","ip":"192"#).contains("breaks off"));
        assert!(why(r#"{"slaves":[]}"#).contains("is not a list of addresses"));
        assert!(why(r#"[{"host":"master.mesos."}]"#).contains("is not a list of addresses"));
        assert!(why(r#"[{"ip":7}]"#).contains("is not a list of addresses"));
        assert!(why("master").contains("is not JSON"));
    }
}
