//! What `init` found, chose and wrote.

use super::paint::Paint;
use crate::domain::init::{InitChange, InitReport};

/// The file itself where nothing was written, so that it can be redirected into one; else what is in it and what comes next.
/// Notes have been told as they were taken.
pub(super) fn told(report: &InitReport, paint: Paint) -> String {
    if let Some(text) = &report.text {
        return text.clone();
    }
    let InitReport { path, cluster, host, room, vip, app_id, service_port, config_flag, .. } = report;
    let room = if room.is_empty() { String::new() } else { format!(", {room}") };
    let at = cluster.dcos.clone().unwrap_or_else(|| format!("{}, {}", cluster.mesos, cluster.marathon));
    let file = path.display();
    let done =
        if report.change == InitChange::Replaced { say!("Replaced {file}") } else { say!("Wrote {file}") };
    let host = paint.bold(&host.to_string());
    let by = cluster.found_by.told();
    let next = say!(
        "Look through it, then: regctl {config_flag}doctor\nand, where that finds nothing: regctl {config_flag}up"
    );
    format!(
        "{done}\n\n{}\n{}\n{}\n{}\n{}\n\n{next}\n",
        say!("  cluster       {at}, found by {by}"),
        say!("  host          {host}{room}"),
        say!("  app           {app_id}"),
        say!("  VIP           {vip}"),
        say!("  service port  {service_port}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Exit;
    use crate::domain::init::{ClusterFound, FoundBy};
    use crate::report::Style;

    fn report(change: InitChange) -> InitReport {
        InitReport {
            path: "regctl.toml".into(),
            change,
            cluster: ClusterFound {
                mesos: "http://master.mesos:5050".to_owned(),
                marathon: "http://marathon.mesos:8080".to_owned(),
                dcos: None,
                found_by: FoundBy::MasterMesos,
            },
            host: "192.168.1.11".parse().expect("a host"),
            vip: "192.168.0.2:443".parse().expect("a VIP"),
            app_id: "/registry-2".parse().expect("an id"),
            service_port: 5001,
            notes: Vec::new(),
            text: None,
            room: "20.0 GiB free on /data".to_owned(),
            config_flag: String::new(),
            exit: Exit::Done,
        }
    }

    #[test]
    fn what_was_chosen_is_told_and_what_comes_next() {
        let paint = Paint::new(Style::PLAIN);
        assert_eq!(
            told(&report(InitChange::Created), paint),
            "\
Wrote regctl.toml

  cluster       http://master.mesos:5050, http://marathon.mesos:8080, found by the name master.mesos
  host          192.168.1.11, 20.0 GiB free on /data
  app           /registry-2
  VIP           192.168.0.2:443
  service port  5001

Look through it, then: regctl doctor
and, where that finds nothing: regctl up
"
        );
        let text = Some("[cluster]\n".to_owned());
        assert_eq!(told(&InitReport { text, ..report(InitChange::WouldCreate) }, paint), "[cluster]\n");
        let elsewhere = InitReport { config_flag: "--config x ".to_owned(), ..report(InitChange::Replaced) };
        let text = told(&elsewhere, paint);
        assert!(text.starts_with("Replaced ") && text.ends_with(": regctl --config x up\n"), "{text}");
    }
}
