//! The example as a program, over real sockets.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::SystemTime;

use drone_webhooks::{Request, Signer, UnixTime};

const SECRET: &str = "d8fa5c314f7b1f5cac27d34e157e3459";
const BODY: &str = r#"{"event":"build","action":"updated","build":{"status":"success"}}"#;

struct Receiver {
    process: Child,
    /// Kept open: the example prints what it handles.
    output: BufReader<ChildStdout>,
    address: String,
}

impl Receiver {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_example-axum"))
            .env("DRONE_WEBHOOK_SECRET", SECRET)
            .env("DRONE_BIND", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("listening on http://").trim_end_matches("/hook").to_owned();
        Self { process, output, address }
    }

    /// The status line of the answer to a body signed with `secret`, of which only `sent` is sent.
    fn post(&self, secret: &str, body: &str, sent: &str, length: usize) -> String {
        let now = UnixTime::try_from(SystemTime::now()).unwrap();
        let signed = Signer::new(secret).unwrap().sign(&Request::default(), body.as_bytes(), now).unwrap();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers = signed.headers().map(|(name, value)| format!("{name}: {value}\r\n")).concat();
        write!(stream, "POST /hook HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{sent}", self.address).unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        String::from_utf8_lossy(&status).into_owned()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_delivery_is_accepted_and_everything_else_gets_its_status() {
    let mut receiver = Receiver::start();
    assert_eq!(receiver.post(SECRET, BODY, BODY, BODY.len()), "HTTP/1.1 202");
    let mut handled = String::new();
    receiver.output.read_line(&mut handled).unwrap();
    assert_eq!(handled, "Some(\"build\") Some(\"updated\"), completed: true\n");
    assert_eq!(receiver.post("another", BODY, BODY, BODY.len()), "HTTP/1.1 401");
    assert_eq!(receiver.post(SECRET, BODY, &BODY.replace("success", "failure"), BODY.len()), "HTTP/1.1 401");
    assert_eq!(receiver.post(SECRET, "{}", "{}", 2), "HTTP/1.1 422");
}

#[test]
fn a_forgery_is_answered_before_its_body_is_there() {
    let receiver = Receiver::start();
    assert_eq!(receiver.post("another", BODY, "", 1_000_000), "HTTP/1.1 401");
}
