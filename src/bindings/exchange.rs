//! The one buffer through which bytes cross: the host writes, calls, and reads the answer. Knows nothing of what they mean.
//!
//! Rejected: arguments of type `&str` and `&[u8]`, and results of type `String`. Each costs an allocation, a copy, and a twentieth of the module's code.

use std::cell::UnsafeCell;

#[cfg(any(feature = "js", feature = "abi"))]
use zeroize::Zeroize;

/// The buffer, and the hash of a body: kept, so that a verification allocates neither.
struct Shared {
    bytes: UnsafeCell<Vec<u8>>,
    #[cfg(feature = "js")]
    hash: UnsafeCell<[u8; 32]>,
}

// SAFETY: a WebAssembly instance without threads runs one call at a time.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared {
    bytes: UnsafeCell::new(Vec::new()),
    #[cfg(feature = "js")]
    hash: UnsafeCell::new([0; 32]),
};

/// Where the host writes and reads, with room for at least `capacity` bytes.
pub(super) fn buffer(capacity: usize) -> *mut u8 {
    change(|bytes| {
        if bytes.len() < capacity {
            bytes.resize(capacity, 0);
        }
        bytes.as_mut_ptr()
    })
}

/// Where the host writes a body's SHA-256.
#[cfg(feature = "js")]
pub(super) fn hash_slot() -> *mut u8 {
    SHARED.hash.get().cast()
}

/// The hash that the host wrote.
#[cfg(feature = "js")]
pub(super) fn hash() -> [u8; 32] {
    // SAFETY: the host writes between calls only.
    unsafe { *SHARED.hash.get() }
}

/// Lends a function the first `length` bytes of what the host wrote; `None` where it had more than there is room for.
pub(super) fn read<T>(length: usize, with: impl FnOnce(Option<&[u8]>) -> T) -> T {
    // SAFETY: the host writes between calls only, and `with` cannot keep what it is lent; nothing that is called within it comes back here.
    let bytes = unsafe { &*SHARED.bytes.get() };
    with(bytes.get(..length))
}

/// Puts an answer in place of what the host wrote, and gives its length.
pub(super) fn answer(told: &[u8]) -> usize {
    buffer(told.len());
    change(|bytes| {
        for (slot, byte) in bytes.iter_mut().zip(told) {
            *slot = *byte;
        }
    });
    told.len()
}

/// Wipes the first `length` bytes of what the host wrote: there was a secret in it.
#[cfg(any(feature = "js", feature = "abi"))]
pub(super) fn wipe(length: usize) {
    change(|bytes| bytes.get_mut(..length).unwrap_or_default().zeroize());
}

fn change<T>(with: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    // SAFETY: no other reference lives: the host touches the buffer between calls only, and no function here calls another within `with`.
    with(unsafe { &mut *SHARED.bytes.get() })
}
