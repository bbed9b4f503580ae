//! Where the host's verifiers live: it holds their numbers. Knows nothing of what they do.
//!
//! Rejected: a class of wasm-bindgen's, whose counted references and borrow flags are a twentieth of the module's code.

use std::cell::UnsafeCell;

use super::js::Core;

struct Slots(UnsafeCell<Vec<Option<Box<Core>>>>);

// SAFETY: a WebAssembly instance without threads runs one call at a time.
unsafe impl Sync for Slots {}

static SLOTS: Slots = Slots(UnsafeCell::new(Vec::new()));

/// Keeps a verifier, and gives its number.
pub(super) fn add(core: Box<Core>) -> usize {
    change(|slots| {
        let free = slots.iter().position(Option::is_none).unwrap_or(slots.len());
        match slots.get_mut(free) {
            Some(slot) => *slot = Some(core),
            None => slots.push(Some(core)),
        }
        free
    })
}

/// Drops the verifier with this number; the number may be given again.
pub(super) fn remove(number: usize) {
    change(|slots| {
        if let Some(slot) = slots.get_mut(number) {
            *slot = None;
        }
    });
}

/// Lends the verifier with this number; `None` where there is none.
pub(super) fn with<T>(number: usize, with: impl FnOnce(&mut Core) -> T) -> Option<T> {
    change(|slots| slots.get_mut(number)?.as_deref_mut().map(with))
}

fn change<T>(with: impl FnOnce(&mut Vec<Option<Box<Core>>>) -> T) -> T {
    // SAFETY: no other reference lives: what is called `with` it comes from this module and from `js`, where none calls back here.
    with(unsafe { &mut *SLOTS.0.get() })
}
