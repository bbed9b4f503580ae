//! The portable module's exports: every call takes a record in the buffer and gives a verdict, and puts what there is to say into the buffer. hosts/ABI.md has the records, byte by byte.

use std::time::Duration;

use super::exchange;
use super::record::{Malformed, Reader, Writer, size};
use super::slots::Slots;
use crate::{Body, Claims, Code, ConfigError, Envelope, ExpectedBody, Rejection, Request, SignatureParameters, Signer, UnixTime, Verifier, VerifierBuilder};

/// Raised with every change of a record, an export or a number.
const VERSION: u32 = 1;

/// What the buffer has room for from the start: every refusal fits, so only answers of other calls can move it.
const SMALLEST_BUFFER: usize = 32 * 1024;

/// Not a code: the signature lists headers that were not handed over, and the answer names all that are wanted, separated by one space.
const MORE_HEADERS: u32 = 255;
/// Not a code: the record is none, or there is no verifier with this number. The host's mistake.
const MALFORMED: u32 = 254;

static VERIFIERS: Slots<Kept> = Slots::new();

struct Kept {
    verifier: Verifier,
    /// Of the last `authenticate`, for `finish`.
    expected: Option<ExpectedBody>,
}

/// Why a call does not do what it was asked to.
enum Refusal {
    Refused(Rejection),
    Mistake(ConfigError),
    More(String),
    Malformed,
}

impl From<Rejection> for Refusal {
    fn from(refused: Rejection) -> Self {
        Self::Refused(refused)
    }
}

impl From<ConfigError> for Refusal {
    fn from(mistake: ConfigError) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<Malformed> for Refusal {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

type Answer = Result<Vec<u8>, Refusal>;

/// `code | length << 8`: 0 or why not, and how many bytes of the buffer are the answer. One of 16 MiB would be the name of an event: no host asks for that.
fn verdict(answer: &Answer) -> u32 {
    let (code, length) = match answer {
        Ok(record) => (0, exchange::answer(record)),
        Err(Refusal::Refused(refused)) => (number(refused.code()), exchange::answer(refused.message().as_bytes())),
        Err(Refusal::Mistake(mistake)) => (number(mistake.code()), exchange::answer(mistake.message().as_bytes())),
        Err(Refusal::More(names)) => (MORE_HEADERS, exchange::answer(names.as_bytes())),
        Err(Refusal::Malformed) => (MALFORMED, exchange::answer(b"the record is not what hosts/ABI.md says, or there is no such verifier")),
    };
    match u32::try_from(length) {
        Ok(length) if length < 1 << 24 => length << 8 | code,
        _ => MALFORMED,
    }
}

#[allow(clippy::as_conversions)] // A fieldless enum of u8.
fn number(code: Code) -> u32 {
    code as u32
}

/// Runs a call on the record that the host wrote.
fn ask(length: usize, call: impl FnOnce(&mut Reader<'_>) -> Answer) -> u32 {
    verdict(&exchange::read(length, |record| call(&mut Reader::new(record.ok_or(Malformed)?))))
}

/// The same for a record that holds secrets.
fn ask_in_secret(length: usize, call: impl FnOnce(&mut Reader<'_>) -> Answer) -> u32 {
    let answer = exchange::read(length, |record| call(&mut Reader::new(record.ok_or(Malformed)?)));
    exchange::wipe(length);
    verdict(&answer)
}

/// The version of this interface; a host refuses a module of another one.
#[unsafe(export_name = "abi_version")]
pub extern "C" fn abi_version() -> u32 {
    VERSION
}

/// Where the host writes records and reads answers, with room for at least `capacity` bytes.
#[unsafe(export_name = "buffer")]
pub extern "C" fn buffer(capacity: usize) -> *mut u8 {
    exchange::buffer(capacity.max(SMALLEST_BUFFER))
}

/// A verifier: its number, the largest body in bytes, the names that are looked at in every request.
#[unsafe(export_name = "new_verifier")]
pub extern "C" fn new_verifier(length: usize) -> u32 {
    ask_in_secret(length, |record| {
        let (mut builder, secrets) = configuration(record)?;
        for (key_id, secret) in secrets {
            builder = match key_id {
                None => builder.secret(secret),
                Some(key_id) => builder.secret_for(key_id, secret),
            };
        }
        let verifier = builder.build()?;
        let (max_body_bytes, needed) = (verifier.max_body_bytes(), wanted(&verifier, []));
        let number = VERIFIERS.add(Box::new(Kept { verifier, expected: None }));
        Ok(Writer::default().u32(u32::try_from(number).unwrap_or(u32::MAX)).u64(max_body_bytes).text(&needed).end())
    })
}

/// Gives up a verifier, and wipes its keys.
#[unsafe(export_name = "free_verifier")]
pub extern "C" fn free_verifier(number: usize) {
    VERIFIERS.remove(number);
}

/// Steps 1 to 9.
#[unsafe(export_name = "authenticate")]
pub extern "C" fn authenticate(number: usize, length: usize) -> u32 {
    ask(length, |record| {
        with(number, |kept| {
            let received = Received::read(record)?;
            kept.expected = Some(received.authenticate(&kept.verifier)?);
            Ok(Vec::new())
        })
    })
}

/// Step 10 for the headers of the last `authenticate`, once.
#[unsafe(export_name = "finish")]
pub extern "C" fn finish(number: usize, length: usize) -> u32 {
    ask(length, |record| {
        with_expected(number, |_, expected| {
            expected.ok_or(Malformed)?.check(&ReadBody::read(record)?.as_body()?)?;
            Ok(Vec::new())
        })
    })
}

/// Steps 1 to 10.
#[unsafe(export_name = "verify")]
pub extern "C" fn verify(number: usize, length: usize) -> u32 {
    ask(length, |record| {
        with(number, |kept| {
            let received = Received::read(record)?;
            let body = ReadBody::read(record)?;
            received.authenticate(&kept.verifier)?.check(&body.as_body()?)?;
            Ok(Vec::new())
        })
    })
}

/// What authentic headers say: id, signed at, keyId, signed names. Not for others.
#[unsafe(export_name = "facts")]
pub extern "C" fn facts(length: usize) -> u32 {
    ask(length, |record| {
        let received = Received::read(record)?;
        let claims = Claims::read(&received.request)?;
        let names = spaced(claims.signed_headers());
        Ok(Writer::default().u64(claims.signed_at().seconds()).text(&claims.id()).text(claims.key_id()).text(&names).end())
    })
}

/// Step 11 for a request that was verified: event and action.
#[unsafe(export_name = "payload")]
pub extern "C" fn payload(length: usize) -> u32 {
    ask(length, |record| {
        let received = Received::read(record)?;
        let (bytes, hash) = match ReadBody::read(record)? {
            ReadBody::Bytes(bytes) => (bytes, None),
            ReadBody::Both(hash, bytes) => (bytes, Some(hash)),
            _ => return Err(Refusal::Malformed),
        };
        let envelope = Envelope::of(&received.request, bytes, hash)?;
        Ok(Writer::default().optional_text(envelope.event()).optional_text(envelope.action()).end())
    })
}

/// What a sender writes: date, digest, signature.
#[unsafe(export_name = "sign")]
pub extern "C" fn sign(length: usize) -> u32 {
    ask_in_secret(length, |record| {
        let mut signer = Signer::new(record.text()?)?;
        if let Some(key_id) = record.optional_text()? {
            signer = signer.key_id(text_of(key_id));
        }
        signer = match record.u32()? {
            0 => signer,
            1 => signer.algorithm(None),
            2 => signer.algorithm(Some(text_of(record.text()?))),
            _ => return Err(Refusal::Malformed),
        };
        if let Some(names) = names(record)? {
            signer = signer.signed_headers(names);
        }
        if let Some(created) = optional_time(record)? {
            signer = signer.created(created);
        }
        if let Some(expires) = optional_time(record)? {
            signer = signer.expires(expires);
        }
        let received = Received::read(record)?;
        let ReadBody::Bytes(body) = ReadBody::read(record)? else { return Err(Refusal::Malformed) };
        let signed = signer.sign(&received.request, body, received.now?)?;
        Ok(Writer::default().text(&signed.date).text(&signed.digest).text(&signed.signature).end())
    })
}

/// Why a request is refused, as JSON.
#[cfg(feature = "abi-explain")]
#[unsafe(export_name = "explain")]
pub extern "C" fn explain(length: usize) -> u32 {
    use super::told::Told;
    use crate::explain::{Explainer, ReceivedBody};

    ask_in_secret(length, |record| {
        let reveal = record.u32()? != 0;
        let (settings, secrets) = configuration(record)?;
        let explainer = Explainer::with(settings, secrets)?.reveal(reveal);
        let received = Received::read(record)?;
        let body = match ReadBody::read(record)? {
            ReadBody::Bytes(bytes) | ReadBody::Both(_, bytes) => ReceivedBody::Bytes(bytes),
            ReadBody::NotBytes { message, printed } => ReceivedBody::NotBytes { message: text_of(message), printed },
            ReadBody::None | ReadBody::Sha256(..) => return Err(Refusal::Malformed),
        };
        json(&Told::from(explainer.explain(&received.request, body, received.now?)))
    })
}

/// Not within `explain`: together they would be more than the JVM compiles.
#[cfg(feature = "abi-explain")]
#[inline(never)]
fn json(told: &super::told::Told) -> Answer {
    serde_json::to_vec(told).map_err(|_| Refusal::Malformed)
}

/// Asks a verifier. Its state is reset on entry: what came before, refused or not, decides nothing.
fn with(number: usize, ask: impl FnOnce(&mut Kept) -> Answer) -> Answer {
    with_expected(number, |kept, _| ask(kept))
}

/// The same, with what the call before has left.
fn with_expected(number: usize, ask: impl FnOnce(&mut Kept, Option<ExpectedBody>) -> Answer) -> Answer {
    VERIFIERS
        .with(number, |kept| {
            let expected = kept.expected.take();
            ask(kept, expected)
        })
        .unwrap_or(Err(Refusal::Malformed))
}

type Secrets<'r> = Vec<(Option<String>, &'r [u8])>;

/// A receiver's settings, and its secrets.
#[inline(never)]
fn configuration<'r>(record: &mut Reader<'r>) -> Result<(VerifierBuilder, Secrets<'r>), Malformed> {
    let mut builder = Verifier::builder();
    if let Some(seconds) = record.optional_u64()? {
        builder = builder.tolerance(Duration::from_secs(seconds));
    }
    if let Some(bytes) = record.optional_u64()? {
        builder = builder.max_body_bytes(bytes);
    }
    if let Some(bytes) = record.optional_u32()? {
        builder = builder.max_header_bytes(size(bytes));
    }
    if let Some(count) = record.optional_u32()? {
        builder = builder.max_headers(size(count));
    }
    if let Some(names) = names(record)? {
        builder = builder.required_headers(names);
    }
    let mut secrets = Vec::new();
    for _ in 0..record.u32()? {
        let key_id = record.optional_text()?.map(|key_id| text_of(key_id).to_owned());
        secrets.push((key_id, record.text()?));
    }
    Ok((builder, secrets))
}

/// A list of header names, or none for the default.
fn names<'r>(record: &mut Reader<'r>) -> Result<Option<Vec<&'r str>>, Malformed> {
    let Some(count) = record.optional_u32()? else { return Ok(None) };
    (0..count).map(|_| record.text().map(text_of)).collect::<Result<_, _>>().map(Some)
}

/// Seconds since 1970; the smallest number there is for none.
fn optional_time(record: &mut Reader<'_>) -> Result<Option<UnixTime>, Refusal> {
    match record.i64()? {
        i64::MIN => Ok(None),
        seconds => Ok(Some(time(seconds)?)),
    }
}

fn time(seconds: i64) -> Result<UnixTime, ConfigError> {
    let seconds = u64::try_from(seconds).map_err(|_| ConfigError::TimeOutOfRange)?;
    Ok(UnixTime::from_seconds(seconds)?)
}

/// A request's head, and when it was received.
struct Received<'r> {
    now: Result<UnixTime, ConfigError>,
    /// Whether everything that the signature lists is here, as far as the request has it.
    complete: bool,
    request: Request<'r>,
}

impl<'r> Received<'r> {
    #[inline(never)]
    fn read(record: &mut Reader<'r>) -> Result<Self, Malformed> {
        let now = time(record.i64()?);
        let complete = record.u32()? != 0;
        let mut request = Request::default().header_count(size(record.u32()?));
        if let Some(method) = record.optional_text()? {
            request = request.method(text_of(method));
        }
        if let Some(target) = record.optional_text()? {
            request = request.target(text_of(target));
        }
        for _ in 0..record.u32()? {
            let (name, value) = (record.text()?, record.text()?);
            // A name that is no text is none that is looked at, and is counted all the same.
            request = request.header(str::from_utf8(name).unwrap_or_default(), value);
        }
        Ok(Self { now, complete, request })
    }

    fn authenticate(&self, verifier: &Verifier) -> Result<ExpectedBody, Refusal> {
        let now = self.now?;
        match verifier.authenticate(&self.request, now) {
            Ok(authenticated) => Ok(authenticated.expected()),
            // It may be missing because the host was not asked for it yet.
            Err(refused) if !self.complete && refused.code() == Code::HeaderMissing => {
                let parameters = SignatureParameters::parse(self.request.signature()?)?;
                Err(Refusal::More(wanted(verifier, parameters.signed_headers())))
            }
            Err(refused) => Err(refused.into()),
        }
    }
}

/// A body in one of its forms.
enum ReadBody<'r> {
    None,
    Bytes(&'r [u8]),
    Sha256(&'r [u8; 32], u64),
    Both(&'r [u8; 32], &'r [u8]),
    #[cfg_attr(not(feature = "abi-explain"), allow(dead_code))]
    NotBytes {
        message: &'r [u8],
        printed: Option<&'r [u8]>,
    },
}

impl<'r> ReadBody<'r> {
    #[inline(never)]
    fn read(record: &mut Reader<'r>) -> Result<Self, Malformed> {
        match record.u32()? {
            0 => Ok(Self::None),
            1 => Ok(Self::Bytes(record.text()?)),
            2 => Ok(Self::Sha256(record.array()?, record.u64()?)),
            3 => Ok(Self::Both(record.array()?, record.text()?)),
            4 => Ok(Self::NotBytes { message: record.text()?, printed: record.optional_text()? }),
            _ => Err(Malformed),
        }
    }

    fn as_body(&self) -> Result<Body<'r>, Malformed> {
        match *self {
            Self::Bytes(bytes) => Ok(Body::Bytes(bytes)),
            Self::Sha256(hash, length) => Ok(Body::Sha256 { hash, length }),
            Self::Both(hash, bytes) => Ok(Body::Sha256 { hash, length: Body::Bytes(bytes).len() }),
            Self::None | Self::NotBytes { .. } => Err(Malformed),
        }
    }
}

/// Bytes that are no text are refused wherever they count.
fn text_of(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or("\u{fffd}")
}

/// What a host hands over: the names that are looked at in every request, these besides, and the one that `payload` compares. Each once, so that a host picks lines and never adds any.
fn wanted<'t>(verifier: &'t Verifier, more: impl IntoIterator<Item = &'t str>) -> String {
    let mut names: Vec<&str> = verifier.needed_headers().collect();
    for name in more.into_iter().chain(["x-drone-event"]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" ")
}

fn spaced<'t>(names: impl Iterator<Item = &'t str>) -> String {
    names.collect::<Vec<_>>().join(" ")
}
