//! What a master answers to a request: decided from the scenario, without any I/O.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::agent::{Agent, MASTER_ID};
use super::bad;
use super::listing::listing;
use super::scenario::Scenario;
use crate::cluster::HostRecord;

/// Where the masters listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Masters {
    /// Leads unless the scenario says otherwise.
    pub first: SocketAddr,
    /// Stands by unless the scenario says otherwise.
    pub second: SocketAddr,
}

/// All that an answer depends on, but for the request.
#[derive(Debug, Clone)]
pub(super) struct Situation {
    /// Which of the masters is asked.
    pub asked: SocketAddr,
    pub masters: Masters,
    pub scenario: Scenario,
    pub hosts: Vec<HostRecord>,
}

/// The parts of a request that a master looks at.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    /// Without a slash at its end.
    pub path: String,
    /// As sent, without the question mark.
    pub query: Option<String>,
    pub slave_id: Option<String>,
    pub jsonp: Option<String>,
    /// The Authorization header.
    pub authorization: Option<String>,
}

/// An answer to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// One that is complete.
    Whole { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// One that promises the whole body and breaks off after half of it.
    CutOff { body: Vec<u8> },
    /// None, ever.
    Never,
}

impl Answer {
    /// The shape of Mesos' own errors.
    fn text(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Self::Whole { status, headers, body: body.as_bytes().to_vec() }
    }

    fn json(body: &Value) -> Self {
        Self::raw_json(body.to_string().into_bytes())
    }

    pub(super) fn raw_json(body: Vec<u8>) -> Self {
        Self::Whole { status: 200, headers: vec![("content-type", "application/json".to_owned())], body }
    }

    fn redirect(location: String) -> Self {
        Self::Whole { status: 307, headers: vec![("location", location)], body: Vec::new() }
    }
}

impl Situation {
    /// What the master that is asked answers.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        match request.path.trim_start_matches("/master") {
            "/version" => version(),
            "/health" => Answer::Whole { status: 200, headers: Vec::new(), body: Vec::new() },
            "/redirect" => self.leader().map_or_else(no_leader, |to| Answer::redirect(format!("//{to}"))),
            path @ ("/slaves" | "/state") => match self.leader() {
                None => no_leader(),
                Some(to) if to != self.asked => {
                    Answer::redirect(redirected(to, path, request.query.as_deref()))
                }
                Some(_) if !admitted(&self.scenario, request) => unauthorized(),
                Some(leader) if path == "/state" => self.state(leader),
                Some(_) => self.slaves(request),
            },
            _ => Answer::text(404, "404 Not Found."),
        }
    }

    fn leader(&self) -> Option<SocketAddr> {
        match self.scenario {
            Scenario::NoLeader => None,
            Scenario::Standby => Some(self.masters.second),
            _ => Some(self.masters.first),
        }
    }

    /// The fields of /state that say who leads and who is there; tasks and flags are left out.
    fn state(&self, leader: SocketAddr) -> Answer {
        let (slaves, recovered) = listing(&self.scenario, &self.hosts);
        let pid = format!("master@{leader}");
        let hostname = leader.ip().to_string();
        Answer::json(&json!({
            "version": "1.11.0",
            "id": MASTER_ID,
            "pid": pid,
            "hostname": hostname,
            "activated_slaves": slaves.len(),
            "leader": pid,
            "leader_info": {"id": MASTER_ID, "pid": pid, "port": leader.port(), "hostname": hostname},
            "slaves": slaves.iter().map(Agent::registered).collect::<Vec<_>>(),
            "recovered_slaves": recovered.iter().map(Agent::recovered).collect::<Vec<_>>(),
            "frameworks": [],
        }))
    }

    fn slaves(&self, request: &Request) -> Answer {
        let (mut slaves, mut recovered) = listing(&self.scenario, &self.hosts);
        if let Some(id) = &request.slave_id {
            slaves.retain(|agent| agent.has_id(id));
            recovered.retain(|agent| agent.has_id(id));
        }
        let body = json!({
            "slaves": slaves.iter().map(Agent::registered).collect::<Vec<_>>(),
            "recovered_slaves": recovered.iter().map(Agent::recovered).collect::<Vec<_>>(),
        });
        if let Some(spoilt) = bad::spoilt(&self.scenario, &body) {
            return spoilt;
        }
        match &request.jsonp {
            Some(function) => Answer::Whole {
                status: 200,
                headers: vec![("content-type", "text/javascript".to_owned())],
                body: format!("{function}({body});").into_bytes(),
            },
            None => Answer::json(&body),
        }
    }
}

/// Protocol-relative, with the process' name before the path, and with the query kept.
fn redirected(to: SocketAddr, path: &str, query: Option<&str>) -> String {
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("//{to}/master{path}{query}")
}

fn admitted(scenario: &Scenario, request: &Request) -> bool {
    match scenario {
        Scenario::Auth { user, password } => {
            request.authorization.as_deref() == Some(&basic(&format!("{user}:{password}")))
        }
        _ => true,
    }
}

/// The value of an Authorization header for `user:password`.
fn basic(pair: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("Basic ");
    for group in pair.as_bytes().chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > group.len() { '=' } else { digit.into() });
        }
    }
    text
}

fn no_leader() -> Answer {
    Answer::text(503, "No leader elected")
}

fn unauthorized() -> Answer {
    let headers = vec![
        ("www-authenticate", r#"Basic realm="mesos-master-readonly""#.to_owned()),
        ("content-type", "text/plain; charset=utf-8".to_owned()),
    ];
    Answer::Whole { status: 401, headers, body: b"401 Unauthorized.".to_vec() }
}

fn version() -> Answer {
    Answer::json(&json!({
        "build_date": "2020-11-24 15:38:37",
        "build_time": 1_606_232_317.0,
        "build_user": "ubuntu",
        "git_sha": "04bc7ee1984d86fbb0bd782ccc69ce44c13ae4b9",
        "git_tag": "1.11.0",
        "version": "1.11.0",
    }))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn hosts() -> Vec<HostRecord> {
        let host = |name: &str, last| HostRecord {
            name: name.to_owned(),
            address: Ipv4Addr::new(192, 168, 1, last),
            init_pid: 1,
            engine: false,
            public: false,
        };
        vec![host("master", 2), host("a1", 11), host("a2", 12), host("a3", 13)]
    }

    fn situation(scenario: &Scenario) -> Situation {
        let first = "192.168.1.2:5050".parse().unwrap();
        let masters = Masters { first, second: "192.168.1.3:5050".parse().unwrap() };
        Situation { asked: first, masters, scenario: scenario.clone(), hosts: hosts() }
    }

    fn ask(scenario: &Scenario, path: &str) -> Answer {
        situation(scenario).answer(&Request { path: path.to_owned(), ..Request::default() })
    }

    /// Status, body and the headers that matter, of an answer and of a recording, in one form.
    fn told(answer: Answer) -> (u16, Vec<String>, String) {
        let Answer::Whole { status, headers, body } = answer else { panic!("{answer:?}") };
        let mut headers: Vec<String> =
            headers.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        headers.sort();
        (status, headers, String::from_utf8(body).unwrap())
    }

    fn recorded(recording: &str) -> (u16, Vec<String>, String) {
        let (head, body) = recording.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers: Vec<String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .filter(|(name, _)| !["Date", "Content-Length"].contains(name))
            .map(|(name, value)| format!("{}: {value}", name.to_lowercase()))
            .collect();
        headers.sort();
        (status, headers, body.to_owned())
    }

    macro_rules! recording {
        ($name:literal) => {
            recorded(include_str!(concat!("../../../../fixtures/mesos/", $name)))
        };
    }

    #[test]
    fn what_does_not_name_the_lab_is_answered_as_recorded() {
        let auth = Scenario::Auth { user: "ops".to_owned(), password: "made-up".to_owned() };
        assert_eq!(told(ask(&Scenario::Leader, "/version")), recording!("version.txt"));
        assert_eq!(told(ask(&Scenario::Leader, "/nothing")), recording!("404.txt"));
        assert_eq!(told(ask(&Scenario::NoLeader, "/slaves")), recording!("noleader-slaves.txt"));
        assert_eq!(told(ask(&Scenario::Empty, "/slaves")), recording!("empty-slaves.txt"));
        assert_eq!(told(ask(&Scenario::Recovering, "/slaves")), recording!("recovering-slaves.txt"));
        assert_eq!(told(ask(&auth, "/slaves")), recording!("auth-none-slaves-401.txt"));
    }

    #[test]
    fn a_standby_redirects_as_recorded_but_for_the_leaders_name() {
        let (status, headers, body) = recording!("standby-slaves.txt");
        let here = headers.iter().map(|line| line.replace("localhost", "192.168.1.3")).collect();
        assert_eq!(told(ask(&Scenario::Standby, "/slaves")), (status, here, body));
        let (status, headers, body) = recording!("standby-master-redirect.txt");
        let here = headers.iter().map(|line| line.replace("localhost", "192.168.1.3")).collect();
        assert_eq!(told(ask(&Scenario::Standby, "/master/redirect")), (status, here, body));
    }

    #[test]
    fn agents_that_are_not_back_are_listed_apart_and_shorter() {
        let (.., body) =
            told(ask(&Scenario::PartlyRecovered { back: vec!["a2".to_owned()] }, "/master/slaves"));
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["slaves"][0]["pid"], "slave(1)@192.168.1.12:5051");
        assert_eq!(body["recovered_slaves"][1]["hostname"], "192.168.1.11");
        assert!(body["recovered_slaves"][1].get("pid").is_none());
    }

    #[test]
    fn the_right_password_is_admitted_and_no_other() {
        let auth = Scenario::Auth { user: "ops".to_owned(), password: "made-up".to_owned() };
        let with = |authorization: &str| {
            let request = Request {
                path: "/slaves".to_owned(),
                authorization: Some(authorization.to_owned()),
                ..Request::default()
            };
            told(situation(&auth).answer(&request)).0
        };
        assert_eq!(with("Basic b3BzOm1hZGUtdXA="), 200);
        assert_eq!(with("Basic b3BzOm1hZGUtdXE="), 401);
        assert_eq!(with("Bearer b3BzOm1hZGUtdXA="), 401);
    }
}
