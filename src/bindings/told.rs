//! An explanation as the hosts have it, in their names. Knows no way to hand it over.

use serde::Serialize;

use crate::explain::{Cause, Explanation, Step};

#[derive(Serialize)]
struct ToldStep {
    step: &'static str,
    status: &'static str,
    code: Option<&'static str>,
    received: Option<String>,
    computed: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct ToldCause {
    code: &'static str,
    message: &'static str,
    evidence: String,
    fix: &'static str,
    sender: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    ok: bool,
    code: Option<&'static str>,
    steps: Vec<ToldStep>,
    signing_string: Option<String>,
    causes: Vec<ToldCause>,
}

impl From<Step> for ToldStep {
    fn from(step: Step) -> Self {
        let Step { name, outcome, code, received, computed, message } = step;
        Self { step: name, status: outcome.as_str(), code: code.map(crate::Code::as_str), received, computed, message }
    }
}

impl From<Cause> for ToldCause {
    fn from(cause: Cause) -> Self {
        Self { code: cause.code.as_str(), message: cause.code.message(), evidence: cause.evidence, fix: cause.code.fix(), sender: cause.sender }
    }
}

impl From<Explanation> for Told {
    fn from(explanation: Explanation) -> Self {
        Self {
            ok: explanation.is_ok(),
            code: explanation.code.map(crate::Code::as_str),
            steps: explanation.steps.into_iter().map(ToldStep::from).collect(),
            signing_string: explanation.signing_string,
            causes: explanation.causes.into_iter().map(ToldCause::from).collect(),
        }
    }
}
