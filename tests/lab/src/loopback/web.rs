//! nginx on a port of 127.0.0.1, for answers that no registry would give.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use crate::wait::{Progress, wait_for};

/// One server over TLS; what it answers is put in the place of LOCATIONS.
const CONFIG: &str = "\
daemon off; master_process off; pid nginx.pid; error_log nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate domain.crt; ssl_certificate_key domain.key;
    root .;
    LOCATIONS
  }
}
";

/// A web server that runs; it ends when this is dropped.
#[derive(Debug)]
pub struct Web {
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl Web {
    /// Serves over TLS with `domain.crt` and `domain.key` of this folder, its root; `locations` is in nginx's words.
    ///
    /// # Errors
    /// Where it does not listen within ten seconds; the message holds its log.
    pub fn start(folder: &Path, locations: &str) -> Result<Self> {
        // nginx cannot say which port it was given, so one is asked for that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let config = CONFIG.replace("PORT", &port.to_string()).replace("LOCATIONS", locations);
        fs::write(folder.join("nginx.conf"), config)?;
        let child = Command::new("nginx")
            .args(["-e", "nginx.log", "-c", "nginx.conf", "-p"])
            .arg(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting nginx")?;
        let mut web = Self { child, port };
        wait_for("nginx", Duration::from_secs(10), || {
            let log = || fs::read_to_string(folder.join("nginx.log")).unwrap_or_default();
            match web.child.try_wait() {
                Ok(Some(status)) => Progress::Failed(anyhow!("it ended with {status}: {}", log())),
                _ if TcpStream::connect(("127.0.0.1", port)).is_ok() => Progress::Done(()),
                _ => Progress::NotYet(log()),
            }
        })?;
        Ok(web)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
