//! The long cable delays, and does nothing else to what goes over it.

use std::time::{Duration, Instant};

use regctl_lab::{Lab, Tier, require};

const ROUND_TRIP: Duration = Duration::from_millis(80);

#[test]
fn a_long_cable_delays_every_round_trip_and_loses_nothing() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let master = lab.host("master");
    master.write("/root/.ssh/config", "StrictHostKeyChecking accept-new\nLogLevel ERROR\n").unwrap();
    lab.lengthen_cable(ROUND_TRIP).unwrap();

    // A handshake is one round trip; the first one also finds the agent's hardware address.
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        master.exec(&["bash", "-c", ": </dev/tcp/192.168.1.11/22"]).unwrap().good().unwrap();
        fastest = fastest.min(started.elapsed());
    }
    assert!(fastest >= ROUND_TRIP, "{fastest:?}");

    let sum = master
        .shell("head -c 3000000 /dev/urandom >data && cksum <data && ssh 192.168.1.12 cat <data | cksum")
        .unwrap()
        .good()
        .unwrap();
    let (sent, echoed) = sum.split_once('\n').unwrap();
    assert_eq!(sent, echoed);
    assert!(sent.ends_with(" 3000000"), "{sent}");
}
