//! The world behind the state: threads that load, prepare, train, read, write and ask. Effects go in,
//! messages come out; nothing here draws, and nothing here makes a frame wait.

mod block_on;
mod export;
mod files;
mod folder;
mod inside;
mod kept;
mod known;
mod landscape;
mod load;
mod rate_test;
mod runs;
#[cfg(test)]
mod tests;

use super::actions::{Effect, Message};
use super::series::Series;
use super::text;
use crate::data::Stop;
use crate::experiment::{Experiment, KeyError};
use crate::threads;
use crate::train::RunPlan;
use files::{read, write};
use runs::{Run, estimate, plan};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// As long as it takes to draw what was read: who loads would take a processor from who draws.
const DRAWN: Duration = Duration::from_millis(16);

/// What a message that was sent is to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// What they have asked for and wait for.
    Answer,
    /// How something goes on.
    Progress,
}

/// Called after a message was sent, so that the window looks for it.
pub type Wake = Arc<dyn Fn(News) + Send + Sync>;

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
            run.hear(index, &mut messages);
        }
        messages
    }

    fn load(&mut self, experiment: Box<Experiment>) {
        let stop = Stop::default();
        self.loading = Some(stop.clone());
        let last = self.last_table.clone();
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let first_sight = move |series| {
            // The receiver is gone only when the window is.
            drop(sender.send(Inner::FirstSight(Box::new(series))));
            wake(News::Answer);
            thread::sleep(DRAWN);
        };
        self.on_a_thread(move || {
            let loaded = guarded(|| stop.heed(|| load::load(&experiment, &last, &first_sight)));
            Inner::Loaded(loaded.unwrap_or_else(load::Loaded::failed))
        });
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
                wake(News::Answer);
            });
        // The work is lost without a thread; there is no memory left for anything else either.
        drop(spawned);
    }
}

/// Runs `work`; a panic becomes a sentence, so that the window goes on.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| text::BROKE_DOWN.into())
}
