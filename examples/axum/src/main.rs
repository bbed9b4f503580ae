//! A receiver for axum: verifies, answers at once, and handles afterwards.
//!
//! `DRONE_WEBHOOK_SECRET=… cargo run -p example-axum`

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body as Stream, to_bytes};
use axum::extract::{Request as Incoming, State};
use axum::http::StatusCode;
use axum::routing::post;
use drone_webhooks::payload::Payload;
use drone_webhooks::{Body, Request, UnixTime, Verifier};
use tokio::sync::mpsc::{Sender, channel};

struct Receiver {
    verifier: Verifier,
    queue: Sender<Payload>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let verifier = Verifier::new(std::env::var("DRONE_WEBHOOK_SECRET")?)?;
    let (queue, mut deliveries) = channel(1000);
    let receiver = Arc::new(Receiver { verifier, queue });
    tokio::spawn(async move {
        while let Some(payload) = deliveries.recv().await {
            println!("{:?} {:?}, completed: {}", payload.event, payload.action, payload.is_completed());
        }
    });

    let listener = tokio::net::TcpListener::bind(std::env::var("DRONE_BIND").unwrap_or("127.0.0.1:3000".into())).await?;
    println!("listening on http://{}/hook", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/hook", post(receive)).with_state(receiver)).await?;
    Ok(())
}

/// The network learns the status and nothing else; the reason is for the log.
async fn receive(State(receiver): State<Arc<Receiver>>, incoming: Incoming) -> StatusCode {
    let (head, body) = incoming.into_parts();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let target = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::new(headers).method(head.method.as_str()).target(target);
    match verify(&receiver.verifier, &request, body).await {
        // A full queue must not lose the delivery silently: Drone does not send it again, so its log is the last place it is seen.
        Ok(payload) => receiver.queue.try_send(payload).map_or(StatusCode::SERVICE_UNAVAILABLE, |()| StatusCode::ACCEPTED),
        Err(status) => status,
    }
}

async fn verify(verifier: &Verifier, request: &Request<'_>, body: Stream) -> Result<Payload, StatusCode> {
    let refused = |error: drone_webhooks::Rejection| {
        eprintln!("refused: {} ({error})", error.code());
        StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::UNAUTHORIZED)
    };
    let now = UnixTime::try_from(SystemTime::now()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    // A forgery is refused here, before its body is read.
    let authenticated = verifier.authenticate(request, now).map_err(refused)?;
    let limit = usize::try_from(authenticated.max_body_bytes()).unwrap_or(usize::MAX);
    let body = to_bytes(body, limit).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let payload = authenticated.finish(Body::Bytes(&body)).and_then(|delivery| delivery.payload(&body)).map_err(refused)?;
    // Without an action it is authentic, but no webhook: one of Drone's extension calls.
    if payload.action.is_some() { Ok(payload) } else { Err(StatusCode::UNPROCESSABLE_ENTITY) }
}
