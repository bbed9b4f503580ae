//! The core natively, beside what one would write with `hmac` and `sha2`, and beside the crate `httpsig`: a request in, a verdict out.

mod by_hand;
mod requests;
mod rfc9421;

use std::error::Error;
use std::time::{Duration, SystemTime};

use criterion::{BenchmarkId, Criterion};
use drone_webhooks::{Body, Request, UnixTime, Verifier};

use crate::requests::{Received, SECRET, Scheme};

const SIZES: [usize; 3] = [512, 2048, 65_536];

type Accepts<'a> = &'a dyn Fn(&Received) -> bool;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).configure_from_args();
    let verifier = Verifier::new(SECRET)?;
    let (by_hand_key, rfc9421_key) = (by_hand::key(SECRET).ok_or("HMAC takes keys of every length")?, rfc9421::key(SECRET)?);
    let contestants: [(&str, Scheme, Accepts<'_>); 3] = [
        ("drone-webhooks", Scheme::Drone, &|request| ours(&verifier, request)),
        ("by-hand", Scheme::Drone, &|request| by_hand::accepts(&by_hand_key, request)),
        ("httpsig", Scheme::Rfc9421, &|request| rfc9421::accepts(&rfc9421_key, request)),
    ];
    for forged in [false, true] {
        for bytes in SIZES {
            for (name, scheme, accepts) in contestants {
                let id = BenchmarkId::new(name, bytes);
                measure(&mut criterion, if forged { "forged" } else { "good" }, &id, &requests::make(scheme, bytes, forged)?, accepts, !forged);
            }
        }
    }
    criterion.final_summary();
    Ok(())
}

/// Goes round the requests; the right verdict of each is checked while it is timed.
fn measure(criterion: &mut Criterion, group: &str, id: &BenchmarkId, requests: &[Received], accepts: Accepts<'_>, right: bool) {
    let mut next = requests.iter().cycle();
    criterion.benchmark_group(group).bench_function(id.clone(), |bencher| {
        bencher.iter(|| assert!(next.next().is_some_and(|request| accepts(request) == right), "the verdict is wrong"));
    });
}

fn ours(verifier: &Verifier, request: &Received) -> bool {
    let headers = request.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    UnixTime::try_from(SystemTime::now()).is_ok_and(|now| verifier.verify(&Request::new(headers), Body::Bytes(&request.body), now).is_ok())
}
