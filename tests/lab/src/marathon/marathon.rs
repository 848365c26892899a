//! The running stand-in: the book, the launcher, and the loop that carries out what the book decides.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_rustls::TlsAcceptor;

use super::app_id::AppId;
use super::checks;
use super::clock::Timestamp;
use super::config::{CheckPace, MarathonConfig, MarathonVersion, TlsFiles};
use super::control::{Control, Controls};
use super::journal::Journal;
use super::launch::{Agent, Exit, LaunchOrder, Launched, Launcher, PublishedService, TaskRecord};
use super::state::{Book, Command, Condition, Event, TaskUpdate};
use super::watch::exit_of;

/// How often the book is looked at where nothing calls for it.
const ROUND: Duration = Duration::from_millis(100);

/// A running Marathon.
pub(crate) struct Marathon {
    config: MarathonConfig,
    leader: String,
    tls: Option<TlsAcceptor>,
    book: Mutex<Book>,
    controls: Controls,
    journal: Journal,
    events: broadcast::Sender<Event>,
    services: watch::Sender<Option<Vec<PublishedService>>>,
    changed: Notify,
}

impl Marathon {
    /// A Marathon that goes on from the book in its state directory, if there is one.
    pub(crate) fn open(config: MarathonConfig, leader: String) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.state_dir)?;
        let book = match std::fs::read(book_path(&config)) {
            Ok(saved) => Book::resumed(&saved, config.version)?,
            Err(_) => Book::new(config.version),
        };
        let tls = config.tls.as_ref().map(TlsFiles::acceptor).transpose()?;
        Ok(Self {
            leader,
            tls,
            book: Mutex::new(book),
            controls: Controls::new(&config.state_dir),
            journal: Journal::new(&config.state_dir),
            events: broadcast::channel(1024).0,
            services: watch::channel(None).0,
            changed: Notify::new(),
            config,
        })
    }

    /// Which Marathon is played.
    pub(crate) fn version(&self) -> MarathonVersion {
        self.config.version
    }

    /// `host:port` of the leader: this one.
    pub(crate) fn leader(&self) -> &str {
        &self.leader
    }

    /// What takes HTTPS connections, where it speaks HTTPS.
    pub(crate) fn tls(&self) -> Option<TlsAcceptor> {
        self.tls.clone()
    }

    /// How first checks are timed.
    pub(crate) fn check_pace(&self) -> CheckPace {
        self.config.check_pace
    }

    /// What runs the tasks.
    pub(crate) fn launcher(&self) -> &dyn Launcher {
        self.config.launcher.as_ref()
    }

    /// The agents there are.
    pub(crate) fn agents(&self) -> Vec<Agent> {
        self.config.launcher.agents()
    }

    /// The book. Whoever panicked with it in hand left it as it was written.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Something was written into the book.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }

    /// The faults of now; locks are in the book when this returns.
    pub(crate) fn control(&self) -> Control {
        let control = self.controls.now();
        let locked: Vec<AppId> = control.locked.iter().map(|id| AppId::canonical(id)).collect();
        self.book().hold(&locked, Timestamp::now());
        control
    }

    /// This request's connection is to be reset.
    pub(crate) fn resets(&self, method: &str, path: &str) -> bool {
        self.controls.resets(method, path)
    }

    /// The answer to this request is to be lost.
    pub(crate) fn loses_answer(&self, method: &str, path: &str) -> bool {
        self.controls.loses_answer(method, path)
    }

    /// Notes what happened to a task.
    pub(crate) fn note(&self, task_id: &str, update: TaskUpdate) {
        self.book().note(task_id, update, Timestamp::now());
        self.wake();
    }

    /// The task is known and runs.
    pub(crate) fn runs(&self, task_id: &str) -> bool {
        self.book().instance_of_task(task_id).is_some_and(|it| it.condition == Condition::Running)
    }

    /// Kills the tasks of an app, as `kill_tasks` in the control file does.
    pub(crate) fn kill_tasks_of(&self, id: &AppId) {
        let mut book = self.book();
        let tasks: Vec<String> = book.tasks_of(id);
        for task_id in tasks {
            book.kill(&task_id);
        }
    }

    /// Takes the tasks of an earlier Marathon over, and decides and carries out until `stop` says so.
    pub(crate) async fn run(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut work = JoinSet::new();
        work.spawn(publish(Arc::clone(self)));
        self.adopt(&mut work);
        let mut last_offers: Option<Instant> = None;
        while !*stop.borrow() {
            if self.control().down {
                sleep(ROUND).await;
                continue;
            }
            for id in self.controls.kills() {
                self.kill_tasks_of(&AppId::canonical(&id));
            }
            let due = last_offers.is_none_or(|at| at.elapsed() >= self.config.offer_interval);
            if due {
                last_offers = Some(Instant::now());
            }
            self.round(due, &mut work);
            tokio::select! {
                () = self.changed.notified() => {}
                () = sleep(ROUND) => {}
                _ = stop.changed() => {}
            }
            while work.try_join_next().is_some() {}
        }
        work.abort_all();
    }

    fn round(self: &Arc<Self>, offers_are_due: bool, work: &mut JoinSet<()>) {
        let agents = if offers_are_due { self.agents() } else { Vec::new() };
        let mut book = self.book();
        let commands = book.tick(Timestamp::now(), &agents);
        let events = book.take_events();
        if !events.is_empty() || !commands.is_empty() {
            self.save(&book);
        }
        drop(book);
        for event in events {
            self.journal.event(&event);
            // Nobody may be listening.
            let _ = self.events.send(event);
        }
        for command in commands {
            self.carry_out(command, work);
        }
    }

    fn carry_out(self: &Arc<Self>, command: Command, work: &mut JoinSet<()>) {
        let marathon = Arc::clone(self);
        match command {
            Command::Launch(order) => {
                work.spawn(async move { marathon.launch(&order).await });
            }
            Command::Stop { record, grace } => {
                work.spawn(async move { marathon.launcher().stop(&record, grace).await });
            }
            Command::Publish(services) => {
                self.services.send_replace(Some(services));
            }
        }
    }

    async fn launch(self: &Arc<Self>, order: &LaunchOrder) {
        match self.launcher().launch(order).await {
            Ok(launched) => {
                self.note(&order.task_id, TaskUpdate::Started(launched.record.clone()));
                self.attend(launched).await;
            }
            Err(failure) => self.note(&order.task_id, TaskUpdate::NotStarted(failure)),
        }
    }

    /// Checks a task's health until it ends, clears up after it, and notes how it ended.
    async fn attend(self: &Arc<Self>, launched: Launched) {
        let record = launched.record.clone();
        let mut health = JoinSet::new();
        for check in checks::of(self, &record) {
            health.spawn(check);
        }
        let exit: Exit = exit_of(launched).await;
        drop(health);
        self.launcher().clear(&record).await;
        self.note(&record.task_id, TaskUpdate::Ended(exit));
    }

    /// Tasks that ran when Marathon ended run on; those that were being started are started again.
    fn adopt(self: &Arc<Self>, work: &mut JoinSet<()>) {
        let (records, unstarted) = self.book().adoptable();
        for record in records {
            let marathon = Arc::clone(self);
            work.spawn(async move { marathon.attend(Launched { record, child: None }).await });
        }
        for task_id in unstarted {
            self.note(&task_id, TaskUpdate::Ended(Exit::Unseen));
        }
    }

    /// Ends every task, so that nothing is left behind.
    pub(crate) async fn end_tasks(&self) {
        let (records, _) = self.book().adoptable();
        let mut ends = JoinSet::new();
        for record in records {
            let launcher = Arc::clone(&self.config.launcher);
            ends.spawn(async move { end(launcher.as_ref(), &record).await });
        }
        ends.join_all().await;
        if let Err(error) = self.launcher().publish(&[]).await {
            self.journal.note(&format!("publishing nothing: {error:#}"));
        }
        // Removing a book that was never written is no failure.
        let _ = std::fs::remove_file(book_path(&self.config));
    }

    fn save(&self, book: &Book) {
        let path = book_path(&self.config);
        let next = path.with_extension("next");
        let saved = serde_json::to_vec(book).map_err(std::io::Error::other);
        let written =
            saved.and_then(|text| std::fs::write(&next, text)).and_then(|()| std::fs::rename(&next, &path));
        if let Err(error) = written {
            self.journal.note(&format!("saving {}: {error}", path.display()));
        }
    }
}

fn book_path(config: &MarathonConfig) -> PathBuf {
    config.state_dir.join("marathon-book.json")
}

async fn end(launcher: &dyn Launcher, record: &TaskRecord) {
    launcher.stop(record, Duration::from_secs(1)).await;
    launcher.clear(record).await;
}

/// Publishes what is to be published, one list after the other; of lists that came meanwhile only the last.
async fn publish(marathon: Arc<Marathon>) {
    let mut services = marathon.services.subscribe();
    loop {
        let wanted = services.borrow_and_update().clone();
        if let Some(wanted) = wanted
            && let Err(error) = marathon.launcher().publish(&wanted).await
        {
            marathon.journal.note(&format!("publishing services: {error:#}"));
        }
        if services.changed().await.is_err() {
            return;
        }
    }
}
