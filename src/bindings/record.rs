//! Records: numbers in little endian and texts behind their lengths, in a row. Knows how they are read and written, and not what they mean.

/// A length that says that there is no text, or a count that says that there is no list: the default counts.
const NONE: u32 = u32::MAX;

/// A record that breaks off, or that has a number where none can be: the host's mistake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Malformed;

pub(super) type Read<T> = Result<T, Malformed>;

/// Reads a record from its start.
pub(super) struct Reader<'r> {
    rest: &'r [u8],
}

impl<'r> Reader<'r> {
    pub(super) fn new(record: &'r [u8]) -> Self {
        Self { rest: record }
    }

    pub(super) fn bytes(&mut self, length: usize) -> Read<&'r [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Read<&'r [u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Read<u32> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    pub(super) fn u64(&mut self) -> Read<u64> {
        self.array().map(|bytes| u64::from_le_bytes(*bytes))
    }

    pub(super) fn i64(&mut self) -> Read<i64> {
        self.array().map(|bytes| i64::from_le_bytes(*bytes))
    }

    /// `None` for the largest number there is, which stands for the default.
    pub(super) fn optional_u32(&mut self) -> Read<Option<u32>> {
        self.u32().map(|number| (number != NONE).then_some(number))
    }

    /// As [`Self::optional_u32`].
    pub(super) fn optional_u64(&mut self) -> Read<Option<u64>> {
        self.u64().map(|number| (number != u64::MAX).then_some(number))
    }

    /// A length, and as many bytes.
    pub(super) fn text(&mut self) -> Read<&'r [u8]> {
        self.optional_text()?.ok_or(Malformed)
    }

    /// The same, or [`NONE`] alone.
    pub(super) fn optional_text(&mut self) -> Read<Option<&'r [u8]>> {
        let Some(length) = self.optional_u32()? else { return Ok(None) };
        self.bytes(size(length)).map(Some)
    }
}

/// A 32-bit number as a size; the module's addresses have 32 bits.
pub(super) fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Writes a record.
#[derive(Default)]
pub(super) struct Writer {
    record: Vec<u8>,
}

impl Writer {
    pub(super) fn u32(mut self, number: u32) -> Self {
        self.record.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub(super) fn u64(mut self, number: u64) -> Self {
        self.record.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self = self.u32(u32::try_from(text.len()).unwrap_or(NONE));
        self.record.extend_from_slice(text.as_bytes());
        self
    }

    pub(super) fn optional_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self.u32(NONE),
        }
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.record
    }
}
