//! Where the host's verifiers live: it holds their numbers. Knows nothing of what they do.
//!
//! Rejected: a class of wasm-bindgen's, whose counted references and borrow flags are a twentieth of the module's code.

use std::cell::UnsafeCell;

pub(super) struct Slots<T>(UnsafeCell<Vec<Option<Box<T>>>>);

// SAFETY: a WebAssembly instance without threads runs one call at a time.
unsafe impl<T> Sync for Slots<T> {}

impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(Vec::new()))
    }

    /// Keeps a verifier, and gives its number.
    pub(super) fn add(&self, kept: Box<T>) -> usize {
        self.change(|slots| {
            let free = slots.iter().position(Option::is_none).unwrap_or(slots.len());
            match slots.get_mut(free) {
                Some(slot) => *slot = Some(kept),
                None => slots.push(Some(kept)),
            }
            free
        })
    }

    /// Drops the verifier with this number; the number may be given again.
    pub(super) fn remove(&self, number: usize) {
        self.change(|slots| {
            if let Some(slot) = slots.get_mut(number) {
                *slot = None;
            }
        });
    }

    /// Lends the verifier with this number; `None` where there is none.
    pub(super) fn with<R>(&self, number: usize, with: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.change(|slots| slots.get_mut(number)?.as_deref_mut().map(with))
    }

    fn change<R>(&self, with: impl FnOnce(&mut Vec<Option<Box<T>>>) -> R) -> R {
        // SAFETY: no other reference lives: what is called `with` it comes from this folder, where none calls back here.
        with(unsafe { &mut *self.0.get() })
    }
}
