//! One random history: writes, publishing, failures and requests in any order; and what every answer is held against.

use super::super::world::KEY;
use super::asking::{Said, by_name, by_token};
use super::edge::{Isolate, JITTER, Line, Mood, STEP, World, WorldBug};
use super::object::{KEYS, LATE, NOWHERE, SECRETS, SERVICE, SUBJECTS, TENANTS};
use crate::fresh::{Freshness, refresh};
use crate::ports::Fault;
use countersign_core::Millis;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

const BOUND: Millis = 5_000;
const GRACE: Millis = 30_000;
/// When the worker gives a request, and a refresh behind one, up.
const PATIENCE: Millis = 2_200;
const REFRESH_PATIENCE: Millis = 2_000;
const ISOLATES: usize = 3;
const AT_ONCE: usize = 6;

/// What came of a history.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) answered: u64,
    pub(super) allowed: u64,
    pub(super) refused: u64,
    pub(super) refreshed: u64,
    /// Answers from what was held though the object could not be reached
    pub(super) in_grace: u64,
    /// Services that were let in by their token
    pub(super) services: u64,
    /// How long after the last write KV had all of it
    pub(super) converged_after: Millis,
}

type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// A request under way.
struct Running {
    work: Work<Result<Said, Fault>>,
    line: Rc<Line>,
    tenant: usize,
    who: usize,
    /// The form of the token whose secret is sent
    form: u8,
    began: Millis,
    strict: bool,
    /// The revision that the answer must not be older than, whatever happens
    floor: u64,
    /// What the isolate had answered from before
    seen: u64,
}

/// A refresh under way.
struct Behind {
    work: Work<()>,
    isolate: Rc<Isolate>,
    tenant: String,
    began: Millis,
}

struct History {
    world: Rc<World>,
    isolates: [Rc<Isolate>; ISOLATES],
    running: Vec<Running>,
    behind: Vec<Behind>,
    /// By client and tenant: the newest revision that it was told
    told: [[u64; 4]; SUBJECTS.len()],
    counts: Counts,
}

/// One history of so many operations; or what came out that must not have.
pub(super) fn history(seed: u64, operations: usize, bug: Option<WorldBug>) -> Result<Counts, String> {
    let world = Rc::new(World::new(seed, bug));
    let isolate = || isolate(&world);
    let mut history = History {
        isolates: [isolate(), isolate(), isolate()],
        running: Vec::new(),
        behind: Vec::new(),
        told: [[0; 4]; SUBJECTS.len()],
        counts: Counts::default(),
        world,
    };
    let place = |step: usize| move |what: String| format!("seed {seed}, operation {step}: {what}");
    for step in 0..operations {
        history.operation().map_err(place(step))?;
    }
    history.settle().map_err(place(operations))?;
    Ok(history.counts)
}

fn isolate(world: &Rc<World>) -> Rc<Isolate> {
    Rc::new(Isolate::new(world))
}

impl History {
    fn chance(&self, of: usize) -> usize {
        self.world.random.borrow_mut().usize(0..of)
    }

    fn now(&self) -> Millis {
        self.world.now.get()
    }

    fn operation(&mut self) -> Result<(), String> {
        match self.chance(100) {
            0..13 => self.write(),
            13..24 => self.publish(self.chance(3)),
            24..38 => self.pass_time(match self.chance(40) {
                0 => 40_000,
                1..4 => 6_000,
                4..10 => 2_500,
                _ => 300,
            }),
            38..41 => {
                let mood = [Mood::OutOfReach, Mood::OutOfReach, Mood::Hangs].get(self.chance(8));
                self.world.moods[self.chance(4)].set(*mood.unwrap_or(&Mood::Sound));
            }
            41 => self.evict_isolate(self.chance(ISOLATES)),
            42 => self.evict_object(self.chance(3)),
            // Few histories have clocks that are set, so that most are held to the bound itself.
            _ if self.chance(400) == 0 => {
                let by = self.world.random.borrow_mut().i64(-STEP..=STEP);
                self.isolates[self.chance(ISOLATES)].set_clock(by);
            }
            43..72 if self.running.len() < AT_ONCE => return self.begin(),
            _ => {
                let (running, behind) = (self.running.len(), self.behind.len());
                if running + behind > 0 {
                    let turn = self.chance(running + behind);
                    return if turn < running { self.go_on(turn) } else { self.go_on_behind(turn - running) };
                }
            }
        }
        Ok(())
    }

    fn write(&mut self) {
        let tenant = self.chance(3);
        let (now, mut object) = (self.now(), self.world.objects[tenant].borrow_mut());
        if object.epoch == 0 {
            debug_assert_eq!(tenant, LATE);
            object.import(now);
        } else {
            object.write(now, &mut self.world.random.borrow_mut());
        }
        // Whoever wrote is told the revision, and may tell it to anybody.
        let revision = object.revision;
        drop(object);
        let client = self.chance(SUBJECTS.len());
        self.told[client][tenant] = revision;
    }

    /// The object's alarm.
    fn publish(&mut self, tenant: usize) {
        let (now, out_of_order) = (self.now(), self.world.bug == Some(WorldBug::OutOfOrder));
        let mut object = self.world.objects[tenant].borrow_mut();
        object.note(now);
        for key in object.due(now) {
            let (fate, time) = (self.chance(20), self.chance(200) as Millis);
            let at = now + time;
            match fate {
                _ if self.world.kv_is_sound.get() => object.put(key, at, true, Some(at)),
                0..2 => object.put(key, at, false, None),
                2..4 => object.put(key, at, false, Some(at)),
                // Given up at the deadline; it lands later.
                4..6 => object.put(key, now + 2_000, false, Some(now + 2_000 + 40 * time)),
                _ if out_of_order => object.put(key, at, true, Some(at + 20 * time)),
                _ => object.put(key, at, true, Some(at)),
            }
            // A put that lands does so even if nobody asks how it went.
            if let Some(put) = object.puts.last()
                && let Some(lands) = put.lands
            {
                self.world.late.borrow_mut().push((lands, tenant, put.key, Rc::clone(&put.bytes)));
            }
        }
    }

    fn pass_time(&mut self, most: usize) {
        let now = self.now() + self.chance(most) as Millis;
        self.world.now.set(now);
        let mut late = self.world.late.borrow_mut();
        late.sort_by_key(|(lands, ..)| *lands);
        let landed = late.partition_point(|(lands, ..)| *lands <= now);
        let mut kv = self.world.kv.borrow_mut();
        for (_, tenant, key, bytes) in late.drain(..landed) {
            kv[tenant][key].push(bytes);
        }
    }

    /// The isolate's memory is gone, and so are the requests in it.
    fn evict_isolate(&mut self, number: usize) {
        let old = std::mem::replace(&mut self.isolates[number], isolate(&self.world));
        self.running.retain(|running| !Rc::ptr_eq(&running.line.isolate, &old));
        self.behind.retain(|behind| !Rc::ptr_eq(&behind.isolate, &old));
    }

    /// The object's memory is gone: it does not know how its puts went. Some of them may never go out, but for what has
    /// landed by now.
    fn evict_object(&mut self, tenant: usize) {
        let skew = self.world.random.borrow_mut().i64(-STEP..=STEP);
        let mut object = self.world.objects[tenant].borrow_mut();
        object.begin_anew();
        object.skew = skew;
        drop(object);
        let (lost, now) = (self.chance(2) == 0, self.now());
        self.world.late.borrow_mut().retain(|(lands, of, ..)| *of != tenant || !lost || *lands <= now);
    }

    fn begin(&mut self) -> Result<(), String> {
        let tenant = [0, 0, 1, 1, LATE, LATE, NOWHERE][self.chance(7)];
        let (who, client, began) = (self.chance(SUBJECTS.len()), self.chance(SUBJECTS.len()), self.now());
        let (isolate, form) = (Rc::clone(&self.isolates[self.chance(ISOLATES)]), SECRETS[self.chance(SECRETS.len())]);
        let kind = self.chance(4);
        let strict = kind == 0;
        let at_least = if kind == 1 { self.told[client][tenant] } else { 0 };
        let floor = if strict { self.world.objects[tenant].borrow().revision } else { at_least };
        let freshness = if strict { Freshness::Strict } else { Freshness::Bounded(BOUND) };
        let seen = isolate.seen[tenant].get();
        let line = Rc::new(Line::of(&isolate));
        let own = Rc::clone(&line);
        let work: Work<_> = if who == SERVICE {
            Box::pin(by_token(own, tenant, form, freshness, at_least))
        } else {
            Box::pin(by_name(own, tenant, who, freshness, at_least))
        };
        self.running.push(Running { work, line, tenant, who, form, began, strict, floor, seen });
        self.go_on(self.running.len() - 1)
    }

    fn go_on(&mut self, turn: usize) -> Result<(), String> {
        let now = self.now();
        let running = &mut self.running[turn];
        let polled = running.work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let outcome = match polled {
            Poll::Ready(outcome) => outcome,
            Poll::Pending if now - running.began >= PATIENCE => Err(Fault::Deadline),
            Poll::Pending => return Ok(()),
        };
        let request = self.running.swap_remove(turn);
        self.take_up_refreshes(&request.line.isolate)?;
        match outcome {
            Ok(said) => self.judge(&request, &said),
            Err(Fault::Ahead) => Err(format!("{}: a revision that was acknowledged is unknown", SUBJECTS[request.who])),
            Err(_) => {
                self.counts.refused += 1;
                Ok(())
            }
        }
    }

    /// The oldest revision that a request may be answered from.
    fn floor(&self, request: &Running) -> u64 {
        let Running { line, began, floor, strict, tenant, .. } = request;
        if *strict {
            return *floor;
        }
        // A clock that was set back takes what is held for younger by so much.
        let slack = 2 * JITTER + line.isolate.set_back.get();
        let grace = if line.failed.get() { GRACE } else { 0 };
        let settled = began - BOUND - grace - slack;
        let truths = &self.world.objects[*tenant].borrow().truths;
        let settled = truths.iter().rposition(|truth| truth.at <= settled).unwrap_or(0);
        (settled as u64).max(*floor)
    }

    fn judge(&mut self, request: &Running, said: &Said) -> Result<(), String> {
        let Running { tenant, who, form, line, seen, floor, .. } = request;
        let (name, who_name) = (TENANTS[*tenant], SUBJECTS[*who]);
        self.counts.answered += 1;
        self.counts.in_grace += u64::from(line.failed.get());
        let due = self.floor(request);
        let object = self.world.objects[*tenant].borrow();
        // Who is no member is not told that his revision is unknown; he is told that he may do nothing.
        let old = |revision: u64| match revision {
            _ if revision < due => Err(format!("{who_name} in {name}: revision {revision}, though {due} was due")),
            _ if revision < *seen => {
                Err(format!("{who_name} in {name}: revision {revision}, after the isolate had answered from {seen}"))
            }
            _ => Ok(()),
        };
        let (view, vouched) = match said {
            Said::View(view) => (view, None),
            Said::Service(view, vouched) => (view, Some(*vouched)),
            // Which revision said so is not told; but where nothing has changed since, a good token is one.
            Said::Nobody => {
                let good = object.truths.last().is_some_and(|now| now.token == *form);
                let wrong = good && request.strict && *floor == object.revision;
                return if wrong { Err(format!("a good token is none in {name}")) } else { Ok(()) };
            }
        };
        if let Some(vouched) = vouched {
            old(vouched)?;
            let token = object.truths.get(vouched as usize).map(|truth| truth.token);
            if token != Some(*form) {
                return Err(format!("a token of form {form} in {name} at revision {vouched}, where it was {token:?}"));
            }
        }
        let (allowed, revision) = (Said::allows(view), view.revision);
        old(revision)?;
        let truth = object.truths.get(revision as usize).map(|truth| truth.allowed[*who]);
        if truth != Some(allowed) {
            return Err(format!("{who_name} in {name}: {allowed} at revision {revision}, where {truth:?} was true"));
        }
        self.counts.allowed += u64::from(allowed);
        self.counts.services += u64::from(allowed && vouched.is_some());
        let newest = &line.isolate.seen[*tenant];
        newest.set(newest.get().max(revision).max(vouched.unwrap_or(0)));
        if view.is_member() {
            self.told[*who][*tenant] = self.told[*who][*tenant].max(revision);
        }
        Ok(())
    }

    /// As the worker does behind an answer.
    fn take_up_refreshes(&mut self, isolate: &Rc<Isolate>) -> Result<(), String> {
        while let Some(due) = isolate.gate.due() {
            let now = self.now();
            self.behind.retain(|behind| now - behind.began < REFRESH_PATIENCE);
            // A request that looks its token up and then waits for more takes its refresh up later than it was told to, so
            // that another may be told meanwhile; whoever's clock was set may be told at any time. That does no harm.
            let same = |other: &&Behind| other.tenant == due.tenant && Rc::ptr_eq(&other.isolate, isolate);
            if self.behind.iter().filter(same).count() > 1 && !isolate.clock_was_set.get() {
                return Err(format!("{} is refreshed three times at once", due.tenant));
            }
            let tenant = due.tenant.clone();
            let own = Rc::new(Line::of(isolate));
            let work = Box::pin(async move { refresh(&own.isolate.gate.cache, own.ports(), &due, KEY).await });
            self.behind.push(Behind { work, isolate: Rc::clone(isolate), tenant, began: now });
        }
        Ok(())
    }

    fn go_on_behind(&mut self, turn: usize) -> Result<(), String> {
        let now = self.now();
        let behind = &mut self.behind[turn];
        let done = behind.work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        self.counts.refreshed += u64::from(done);
        if done || now - behind.began >= REFRESH_PATIENCE {
            self.behind.swap_remove(turn);
        }
        Ok(())
    }

    /// Nothing fails any more and nobody writes: KV comes to have what is current, and everybody is served.
    fn settle(&mut self) -> Result<(), String> {
        for mood in &self.world.moods {
            mood.set(Mood::Sound);
        }
        let began = self.now();
        self.world.kv_is_sound.set(true);
        let quiet = |history: &Self| {
            let objects = &history.world.objects;
            history.world.late.borrow().is_empty()
                && objects.iter().all(|object| !object.borrow().outbox.iter().any(|row| row.pending))
        };
        while !quiet(self) {
            (0..3).for_each(|tenant| self.publish(tenant));
            self.pass_time(2_000);
            if self.now() - began > 300_000 {
                return Err("what is to be published is not published".to_owned());
            }
        }
        self.counts.converged_after = self.now() - began;
        for (object, copies) in self.world.objects.iter().zip(&*self.world.kv.borrow()) {
            let object = object.borrow();
            for (key, versions) in copies.iter().enumerate().filter(|(_, versions)| !versions.is_empty()) {
                if versions.last() != Some(&object.sealed(key)) {
                    return Err(format!("KV has an old {} of {}", KEYS[key], TENANTS[object.tenant]));
                }
            }
        }
        while !self.running.is_empty() {
            self.pass_time(300);
            self.go_on(0)?;
        }
        self.behind.clear();
        let refused = self.counts.refused;
        for _ in 0..3 {
            self.begin()?;
            while !self.running.is_empty() {
                self.go_on(0)?;
            }
        }
        if self.counts.refused > refused { Err("nothing fails, and somebody is refused".to_owned()) } else { Ok(()) }
    }
}
