//! The world behind the state: threads that load, prepare, train, read, write and ask. Effects go in,
//! messages come out; nothing here draws, and nothing here makes a frame wait.

mod block_on;
mod export;
mod folder;
mod inside;
mod kept;
mod known;
mod landscape;
mod load;
mod rate_test;
#[cfg(test)]
mod tests;

use super::actions::{Ask, Effect, Message, Order, Unwritten};
use super::series::Series;
use super::text;
use crate::data::Stop;
use crate::experiment::{Document, Experiment, KeyError};
use crate::files;
use crate::threads;
use crate::train::{self, Beginning, Checkpoint, Command, RunPlan, Work, Worker};
use kept::Kept;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Called after a message was sent, so that the window looks for it.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What threads hand back to the runner itself.
enum Inner {
    /// For the state as it is.
    Message(Message),
    /// Data were read.
    FirstSight(Box<Series>),
    /// Data were loaded.
    Loaded(load::Loaded),
    /// Runs were prepared for the request with this number.
    Plans(u64, Result<Vec<RunPlan>, Vec<KeyError>>),
}

/// What a run needs to begin, to train and to go on.
struct Run {
    plan: RunPlan,
    /// `None` where the system gave no thread.
    worker: Option<Worker>,
    /// Where it was stopped or went back to.
    stopped_at: Option<Arc<Checkpoint>>,
    kept: Kept,
    /// Its end, which it cannot go on from.
    end: Option<Arc<Checkpoint>>,
}

impl Run {
    /// Without a worker.
    fn new(plan: RunPlan) -> Self {
        Self {
            plan,
            worker: None,
            stopped_at: None,
            kept: Kept::new(),
            end: None,
        }
    }

    /// The states that are in memory, in the order of their steps.
    fn states(&self) -> Vec<Arc<Checkpoint>> {
        self.kept.states().chain(self.end.clone()).collect()
    }
}

/// All threads and their channels.
pub struct Runner {
    sender: Sender<Inner>,
    receiver: Receiver<Inner>,
    wake: Wake,
    runs: Vec<Run>,
    /// What ends the loading of data that goes on.
    loading: Option<Stop>,
    last_table: load::LastTable,
    queued: Option<Box<Experiment>>,
    request: u64,
    pace: Option<f64>,
    /// Ends the test of learning rates when it is dropped.
    rate_test: Option<rate_test::Cancel>,
    /// Ends the look around a contender when it is dropped.
    landscape: Option<landscape::Ongoing>,
}

impl Runner {
    /// Nothing runs yet.
    #[must_use]
    pub fn new(wake: Wake) -> Self {
        let (sender, receiver) = channel();
        Self {
            sender,
            receiver,
            wake,
            runs: Vec::new(),
            loading: None,
            last_table: load::LastTable::default(),
            queued: None,
            request: 0,
            pace: None,
            rate_test: None,
            landscape: None,
        }
    }

    /// Begins what the state asks for.
    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::LoadSeries(experiment) => {
                if let Some(loading) = &self.loading {
                    // Only the latest settings matter.
                    loading.ask();
                    self.queued = Some(experiment);
                } else {
                    self.load(experiment);
                }
            }
            Effect::CancelLoading => {
                self.queued = None;
                if let Some(loading) = &self.loading {
                    loading.ask();
                }
            }
            Effect::Plan {
                experiment,
                start_paused,
                pace,
            } => {
                self.discard();
                self.pace = pace.steps_per_second();
                let request = self.request;
                self.on_a_thread(move || {
                    let plans = guarded(|| plan(&experiment, start_paused))
                        .unwrap_or_else(|reason| Err(vec![KeyError::new("", reason)]));
                    Inner::Plans(request, plans)
                });
            }
            Effect::GoOn { runs, start_paused } => self.go_on(&runs, start_paused),
            Effect::GoOnFromFolder {
                folder,
                step,
                start_paused,
                pace,
            } => {
                self.discard();
                self.pace = pace.steps_per_second();
                let request = self.request;
                self.on_a_thread(move || {
                    let plans = guarded(|| folder::go_on(&folder, step, start_paused))
                        .unwrap_or_else(|reason| Err(vec![KeyError::new("", reason)]));
                    Inner::Plans(request, plans)
                });
            }
            Effect::GoBack { run, step } => {
                if let Some(run) = self.runs.get_mut(run) {
                    run.stopped_at = run.kept.at(step);
                    run.kept.cut_back(step);
                    run.end = None;
                }
            }
            Effect::Fork {
                run,
                step,
                experiment,
                start_paused,
            } => self.fork(run, step, *experiment, start_paused),
            Effect::Tell(order) => self.tell(order),
            Effect::TestRates {
                experiment,
                request,
            } => self.test_rates(*experiment, request),
            Effect::CancelRateTest => self.rate_test = None,
            Effect::LookAround(wish, request) => self.look_around(*wish, request),
            Effect::GoAheadWithLandscape => {
                if let Some(ongoing) = &self.landscape {
                    ongoing.go_ahead();
                }
            }
            Effect::CancelLandscape => self.landscape = None,
            Effect::LookInside(wish, request) => self.look_inside(wish, request),
            Effect::Estimate(experiment, request) => self.on_a_thread(move || {
                let work = guarded(|| estimate(&experiment));
                let work = work.unwrap_or_else(|reason| Err(vec![KeyError::new("", reason)]));
                Inner::Message(Message::Estimated(request, work))
            }),
            Effect::Discard => self.discard(),
            Effect::Read(path) => self.on_a_thread(move || {
                let result = guarded(|| read(&path)).and_then(|result| result);
                Inner::Message(Message::Read(path, result.map(Box::new)))
            }),
            Effect::ReadRun(path) => self.on_a_thread(move || {
                let result = guarded(|| folder::read(&path)).and_then(|result| result);
                Inner::Message(Message::RunRead(path, result))
            }),
            Effect::Write {
                path,
                bytes,
                overwrite,
            } => self.on_a_thread(move || {
                let result = write(&path, &bytes, overwrite);
                Inner::Message(Message::Written(path, result))
            }),
            Effect::ExportModel {
                run,
                folder,
                data,
                format,
                path,
                replace,
            } => self.export(run, folder, data, (format, path, replace)),
            Effect::ExportRuns {
                runs,
                form,
                path,
                replace,
            } => self.export_runs(runs, form, path, replace),
            Effect::ReadModel(path) => self.read_model(path),
            Effect::CheckData { experiment, hash } => self.check_data(experiment, hash),
            Effect::Browse(ask, name) => self.browse(ask, &name),
        }
    }

    /// What has happened since the last call.
    pub fn messages(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        while let Ok(inner) = self.receiver.try_recv() {
            match inner {
                Inner::Message(message) => messages.push(message),
                Inner::FirstSight(series) => {
                    let wanted = (self.loading.as_ref()).is_some_and(|stop| !stop.is_asked());
                    if wanted && self.queued.is_none() {
                        messages.push(Message::FirstSight(series));
                    }
                }
                Inner::Loaded(loaded) => {
                    let stopped = self.loading.take().is_some_and(|stop| stop.is_asked());
                    match self.queued.take() {
                        Some(next) => self.load(next),
                        None if stopped => {}
                        None => messages.push(Message::Series(loaded.series, loaded.problems)),
                    }
                }
                Inner::Plans(request, result) if request == self.request => match result {
                    Ok(plans) => {
                        messages.push(Message::Planned(Ok(())));
                        for plan in plans {
                            self.start(plan);
                        }
                    }
                    Err(problems) => messages.push(Message::Planned(Err(problems))),
                },
                Inner::Plans(..) => {}
            }
        }
        for (index, run) in self.runs.iter_mut().enumerate() {
            let Some(worker) = &run.worker else {
                continue;
            };
            while let Some(mut report) = worker.try_report() {
                // A state has tensors, and the window has none.
                if let Some(snapshot) = report.snapshot.take() {
                    run.kept.keep(Arc::clone(&snapshot));
                    messages.push(Message::Kept(index, run.kept.steps()));
                    run.stopped_at = Some(snapshot);
                }
                if let Some(end) = report.end.take() {
                    run.end = Some(end);
                }
                messages.push(Message::Report(index, Box::new(report)));
            }
            if run.kept.is_due() {
                worker.send(Command::Snapshot);
            }
        }
        messages
    }

    fn start(&mut self, plan: RunPlan) {
        let index = self.runs.len();
        let worker = self.worker(index, plan.clone());
        self.runs.push(Run {
            worker,
            ..Run::new(plan)
        });
    }

    fn go_on(&mut self, runs: &[usize], start_paused: bool) {
        for &index in runs {
            let begun = self.runs.get_mut(index).and_then(|run| {
                let snapshot = run.stopped_at.take()?;
                // Its thread has sent its last report.
                run.worker = None;
                Some(RunPlan {
                    beginning: Beginning::Resume(snapshot),
                    start_paused,
                    ..run.plan.clone()
                })
            });
            match begun {
                Some(plan) => {
                    let worker = self.worker(index, plan);
                    self.runs[index].worker = worker;
                }
                None => self.lost(index, text::NO_SNAPSHOT.into()),
            }
        }
    }

    fn fork(&mut self, run: usize, step: u64, mut experiment: Experiment, start_paused: bool) {
        let Some(parent) = self.runs.get(run) else {
            return;
        };
        let (parent, state) = (parent.plan.clone(), parent.kept.at(step));
        let Some(state) = state else {
            // Forgotten since it was asked for; the run that the state counts on is there all the same.
            let index = self.runs.len();
            self.runs.push(Run::new(parent));
            self.lost(index, text::NO_SNAPSHOT.into());
            return;
        };
        // What was found out about the data holds for the fork too.
        experiment.data = parent.experiment.data.clone();
        let contenders = experiment.contenders();
        let name = contenders
            .ok()
            .and_then(|all| Some(all.first()?.name.clone()));
        self.start(RunPlan {
            contender: name.unwrap_or_else(|| parent.contender.clone()),
            experiment,
            beginning: Beginning::Fork(state),
            start_paused,
            ..parent
        });
    }

    /// A worker for the run with this index, at the present pace.
    fn worker(&self, index: usize, plan: RunPlan) -> Option<Worker> {
        let wake = Arc::clone(&self.wake);
        match Worker::start(plan, move || wake()) {
            Ok(worker) => {
                if self.pace.is_some() {
                    worker.send(Command::StepsPerSecond(self.pace));
                }
                Some(worker)
            }
            Err(error) => {
                self.lost(index, text::no_thread(&error.to_string()));
                None
            }
        }
    }

    fn lost(&self, index: usize, reason: String) {
        // The receiver is this runner's own.
        drop(
            self.sender
                .send(Inner::Message(Message::Lost(index, reason))),
        );
        (self.wake)();
    }

    fn tell(&mut self, order: Order) {
        let command = match order {
            Order::Pause => Command::Pause,
            Order::Resume => Command::Resume,
            Order::Step => Command::Step,
            Order::Stop => Command::Stop,
            Order::Pace(pace) => {
                self.pace = pace.steps_per_second();
                Command::StepsPerSecond(self.pace)
            }
        };
        for worker in self.runs.iter().filter_map(|run| run.worker.as_ref()) {
            worker.send(command);
        }
    }

    /// Ends all runs. Their threads finish the step that they are in, so somebody else waits for them.
    fn discard(&mut self) {
        self.request += 1;
        let runs = std::mem::take(&mut self.runs);
        if !runs.is_empty() {
            for worker in runs.iter().filter_map(|run| run.worker.as_ref()) {
                worker.send(Command::Stop);
            }
            // Without a thread they are dropped right here, which is slower and no less right.
            drop(
                thread::Builder::new()
                    .name("discard".to_owned())
                    .spawn(move || drop(runs)),
            );
        }
    }

    fn load(&mut self, experiment: Box<Experiment>) {
        let stop = Stop::default();
        self.loading = Some(stop.clone());
        let last = self.last_table.clone();
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let first_sight = move |series| {
            // The receiver is gone only when the window is.
            drop(sender.send(Inner::FirstSight(Box::new(series))));
            wake();
        };
        self.on_a_thread(move || {
            let loaded = guarded(|| stop.heed(|| load::load(&experiment, &last, &first_sight)));
            Inner::Loaded(loaded.unwrap_or_else(load::Loaded::failed))
        });
    }

    fn browse(&mut self, ask: Ask, name: &str) {
        // The dialog is made here, as some systems want that on the window's thread, and awaited on
        // another one, as it may never come back.
        let dialog = rfd::AsyncFileDialog::new().set_title(text::ask(ask).get());
        match ask {
            Ask::Open | Ask::StartFrom | Ask::MovedData => {
                let picked = dialog.pick_file();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
            Ask::Export if Path::new(name).extension().is_none() => {
                let picked = dialog.pick_folder();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
            Ask::SaveAs | Ask::SaveFigure | Ask::Export => {
                let ending = Path::new(name).extension().unwrap_or_default();
                let ending = ending.to_string_lossy();
                let picked = dialog
                    .add_filter(ending.to_uppercase(), &[&ending])
                    .set_file_name(name)
                    .save_file();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
        }
    }

    fn on_a_thread(&self, work: impl FnOnce() -> Inner + Send + 'static) {
        let sender = self.sender.clone();
        let wake = Arc::clone(&self.wake);
        let language = text::language();
        let spawned = thread::Builder::new()
            .name("window's helper".to_owned())
            .spawn(move || {
                text::set_language(language);
                threads::step_back();
                // The receiver is gone only when the window is.
                drop(sender.send(work()));
                wake();
            });
        // The work is lost without a thread; there is no memory left for anything else either.
        drop(spawned);
    }
}

fn answer(ask: Ask, picked: Option<rfd::FileHandle>) -> Inner {
    let path = picked.map(|file| file.path().to_owned());
    Inner::Message(Message::Browsed(ask, path))
}

/// Runs `work`; a panic becomes a sentence, so that the window goes on.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| text::BROKE_DOWN.into())
}

fn plan(experiment: &Experiment, start_paused: bool) -> Result<Vec<RunPlan>, Vec<KeyError>> {
    let threads = threads::available();
    train::plan(experiment, threads)
        .map(|mut plans| {
            for plan in &mut plans {
                plan.start_paused = start_paused;
            }
            plans
        })
        .map_err(|errors| errors.into_iter().map(load::of_training).collect())
}

/// What all runs of `experiment` amount to.
fn estimate(experiment: &Experiment) -> Result<Work, Vec<KeyError>> {
    let threads = threads::available();
    let plans = plan(experiment, true)?;
    train::estimate(&plans, threads).map_err(|error| vec![load::of_training(error)])
}

fn read(path: &Path) -> Result<Experiment, String> {
    let bytes = std::fs::read(path).map_err(|error| text::not_read(path, &error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| text::not_read(path, &text::NOT_TEXT))?;
    Document::parse(&text, Some(path))
        .map_err(|error| vec![error])
        .and_then(|document| document.draft(&[]))
        .map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(text::of_document).collect();
            lines.join("\n")
        })
}

fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Unwritten> {
    if !overwrite && path.exists() {
        return Err(Unwritten::Exists);
    }
    files::write_whole(path, bytes).map_err(|error| Unwritten::Failed(error.to_string()))
}
