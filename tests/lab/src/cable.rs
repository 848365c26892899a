//! A long cable between the master and its agents: every frame arrives later, in its order and unharmed.
//!
//! Many kernels are built without netem. This needs none: two macvtap devices are the ends of the cable, and threads
//! of this process carry the frames from one to the other. Each way takes half of the round trip.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, setpriority_process};

use crate::Lab;
use crate::state::Record;

/// Larger than any frame with the header that macvtap puts before it.
const FRAME: usize = 70_000;

/// The carriers come first when the cores are busy, so that the delay stays what it was asked to be.
const NICENESS: i32 = -15;

/// A frame and when it may go on.
type Held = (Instant, Vec<u8>);

impl Lab {
    /// Puts so much round trip between the master and all agents, for as long as this process and the lab last.
    ///
    /// # Errors
    /// Where the kernel has no macvtap, the cable is long already, or the lab is gone.
    pub fn lengthen_cable(&self, round_trip: Duration) -> Result<()> {
        let [master, bridge] = loose_ends(self.state())?;
        // Each is opened once: a second opening would be a second queue that gets half of the frames.
        let (master, bridge) = (open(&master)?, open(&bridge)?);
        let again = |end: &File| end.try_clone().context("sharing an end of the cable");
        carry("cable-out", again(&master)?, again(&bridge)?, round_trip / 2)?;
        carry("cable-back", bridge, master, round_trip / 2)
    }
}

fn open(end: &Path) -> Result<File> {
    File::options().read(true).write(true).open(end).with_context(|| format!("opening {}", end.display()))
}

/// Cuts the cable: the devices of both ends.
fn loose_ends(state: &Path) -> Result<[PathBuf; 2]> {
    let holder = Record::read(state)?.holder.pid.to_string();
    let folder = state.join("disk").join("cable");
    let output = Command::new("nsenter")
        .args(["-t", &holder, "-m", "-n", "--", "sh", "-c", include_str!("../scripts/cable.sh"), "cable.sh"])
        .arg(&folder)
        .output()
        .context("cutting the master's cable")?;
    if !output.status.success() {
        bail!("cutting the master's cable: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let seen = Path::new("/proc").join(holder).join("root").join(folder.strip_prefix("/").unwrap_or(&folder));
    Ok([seen.join("master"), seen.join("bridge")])
}

/// Starts two threads: one takes frames off the line at once, one puts them on when they are due.
fn carry(name: &str, from: File, to: File, delay: Duration) -> Result<()> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().name(name.to_owned()).spawn(move || take(from, delay, &sender))?;
    thread::Builder::new().name(name.to_owned()).spawn(move || put(to, &receiver))?;
    Ok(())
}

fn take(mut from: File, delay: Duration, line: &Sender<Held>) {
    hurry();
    let mut frame = vec![0; FRAME];
    while let Ok(length) = from.read(&mut frame) {
        if length == 0 || line.send((Instant::now() + delay, frame[..length].to_vec())).is_err() {
            break;
        }
    }
}

fn put(mut to: File, line: &Receiver<Held>) {
    hurry();
    for (due, frame) in line {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // A frame that the device refuses is lost, as on any network.
        let _ = to.write_all(&frame);
    }
}

/// Without the right to do so the carriers are merely as slow as everybody.
fn hurry() {
    let thread = Pid::from_raw(rustix::thread::gettid().as_raw_nonzero().get());
    let _ = setpriority_process(thread, NICENESS);
}
