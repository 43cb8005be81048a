//! The snapshots that a module holds, by number, and the buffers through which JavaScript asks about them.
//!
//! Everything that crosses is a number: strings are read and written in the module's memory, so that no glue has to be
//! downloaded, and none is made for every question.

use countersign_core::limits::PATH_BYTES;
use countersign_core::{Attributes, Millis, TypeId};
use countersign_wire::given::supplied;
use countersign_wire::projection::{self, Projection, ProjectionError};
use std::cell::RefCell;
use std::ops::Range;
use wasm_bindgen::prelude::wasm_bindgen;

/// Where in the scratch buffer the supplied values begin: behind the longest path.
pub(crate) const VALUES: usize = PATH_BYTES;

/// Room for supplied values that is there from the start.
const VALUES_BYTES: usize = 4096;

/// What `load` returns where there is no snapshot: this, plus the format version that is there instead.
const REFUSED: u32 = 0xffff_ff00;

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State { room: Vec::new(), held: Vec::new(), told: String::new() }) };
}

struct State {
    /// Where JavaScript writes a snapshot
    room: Vec<u8>,
    held: Vec<Option<Held>>,
    /// The last answer that is no number
    told: String,
}

/// One subject's snapshot.
pub(crate) struct Held {
    pub(crate) projection: Projection,
    /// Its bytes, which JavaScript reads where it wrote them when it hands them to the module with the details
    #[cfg(not(feature = "details"))]
    _bytes: Vec<u8>,
    /// Written by JavaScript between two calls: the path of the next question, and from [`VALUES`] on what is supplied
    pub(crate) input: Vec<u8>,
    /// Walks, where JavaScript said that it will look for them
    #[cfg(not(feature = "details"))]
    pub(crate) places: Vec<countersign_core::Prepared>,
}

/// The address of room for a snapshot of so many bytes. They stay there until the runtime is told to forget the snapshot;
/// the module with the details keeps none.
#[wasm_bindgen]
pub fn room(bytes: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        state.room = vec![0; bytes];
        state.room.as_ptr() as usize
    })
}

/// Reads the snapshot that was written there and gives its number. If it is none that this package reads, all bits but the
/// lowest eight are ones; those are the format version that it has instead of the one known here, or 0 if it is damaged.
#[wasm_bindgen]
pub fn load() -> u32 {
    STATE.with_borrow_mut(|state| {
        let bytes = std::mem::take(&mut state.room);
        let projection = match projection::decode(&bytes) {
            Ok(projection) => projection,
            Err(ProjectionError::Version(version)) => return REFUSED | u32::from(version),
            Err(_) => return REFUSED,
        };
        let held = Some(Held {
            projection,
            #[cfg(not(feature = "details"))]
            _bytes: bytes,
            input: vec![0; VALUES + VALUES_BYTES],
            #[cfg(not(feature = "details"))]
            places: Vec::new(),
        });
        let free = state.held.iter().position(Option::is_none).unwrap_or(state.held.len());
        match state.held.get_mut(free) {
            Some(place) => *place = held,
            None => state.held.push(held),
        }
        free as u32
    })
}

/// Forgets a snapshot; its number may be another's then.
#[wasm_bindgen]
pub fn release(number: usize) {
    STATE.with_borrow_mut(|state| {
        if let Some(place) = state.held.get_mut(number) {
            *place = None;
        }
    });
}

/// The address of a snapshot's scratch buffer, of at least so many bytes: a question's path goes there, and supplied values
/// behind it. It stays where it is until more bytes are asked for.
#[wasm_bindgen]
pub fn input(number: usize, bytes: usize) -> usize {
    let longer = |held: &mut Held| {
        held.input.resize(bytes.max(held.input.len()), 0);
        held.input.as_ptr() as usize
    };
    ask_mut(number, longer).unwrap_or_default()
}

/// Where in the scratch buffer supplied values begin; before that is room for the longest path there can be.
#[wasm_bindgen]
pub fn values() -> usize {
    VALUES
}

/// The address of the last answer that is text.
#[wasm_bindgen]
pub fn told() -> usize {
    STATE.with_borrow(|state| state.told.as_ptr() as usize)
}

/// How many bytes it has.
#[wasm_bindgen]
pub fn told_bytes() -> usize {
    STATE.with_borrow(|state| state.told.len())
}

/// Asks one of the snapshots; nothing where there is none of this number.
pub(crate) fn ask<T>(number: usize, question: impl FnOnce(&Held) -> Option<T>) -> Option<T> {
    STATE.with_borrow(|state| question(state.held.get(number)?.as_ref()?))
}

/// Asks what may change how a snapshot is held.
pub(crate) fn ask_mut<T>(number: usize, question: impl FnOnce(&mut Held) -> T) -> Option<T> {
    STATE.with_borrow_mut(|state| state.held.get_mut(number)?.as_mut().map(question))
}

/// Keeps an answer that is text.
pub(crate) fn tell(text: String) {
    STATE.with_borrow_mut(|state| state.told = text);
}

impl Held {
    pub(crate) fn path(&self, length: usize) -> Option<&str> {
        str::from_utf8(self.input.get(..length.min(VALUES))?).ok()
    }

    pub(crate) fn action(&self, on: TypeId, action: usize) -> Option<&str> {
        self.projection.policy().resource_type(on)?.actions().get(action).map(|name| &**name)
    }

    pub(crate) fn supplied(&self, at: Range<usize>) -> Attributes {
        supplied::attributes(self.projection.policy(), self.input.get(at).unwrap_or_default())
    }
}

/// A moment that is no number must not become one.
pub(crate) fn millis(now: f64) -> Option<Millis> {
    now.is_finite().then_some(now as Millis)
}
