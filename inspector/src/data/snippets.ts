// The programs themselves; tests run them.

export const SNIPPETS = {
  body: {
    about: 'The digest is over the raw body',
    node: `import { createServer } from 'node:http'
import { createNodeMiddleware, Webhooks } from 'drone-webhooks'

// It takes the bytes from the socket.
// With express: app.use(receive), before express.json().
const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET })
webhooks.on('build', ({ payload }) => console.log(payload.build?.status))

const receive = createNodeMiddleware(webhooks, { path: '/hook' })
createServer(receive).listen(process.env.PORT ?? 3000)`,
    python: `import base64, hashlib, hmac

def is_digest_of(digest: str, body: bytes) -> bool:
    # The bytes: request.get_data() in Flask, request.body in Django, await request.body() in FastAPI.
    # Not json.dumps(request.json).
    expected = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    return hmac.compare_digest(expected.encode(), digest.encode())`,
    go: `import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// The body is what io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<20)) gives, before any decoder.
func isDigestOf(digest string, body []byte) bool {
	sum := sha256.Sum256(body)
	expected := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(expected), []byte(digest)) == 1
}`,
    java: `import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

class Digest {
    // The bytes: request.getInputStream().readAllBytes(), or @RequestBody byte[] in Spring.
    static boolean isDigestOf(String digest, byte[] body) throws GeneralSecurityException {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(body);
        String expected = "SHA-256=" + Base64.getEncoder().encodeToString(sum);
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), digest.getBytes(StandardCharsets.UTF_8));
    }
}`,
  },
  secret: {
    about: 'The secret as it stands',
    node: `import { readFileSync } from 'node:fs'
import { createVerifier } from 'drone-webhooks'

// The characters are the key: not Buffer.from(text, 'hex'). A file ends with a line feed.
const secret = readFileSync(process.env.SECRET_FILE, 'utf8').trim()
const verifier = createVerifier({ secret })`,
    python: `import os
from pathlib import Path

# The characters are the key: not bytes.fromhex(text). A file ends with a line feed.
key = Path(os.environ["SECRET_FILE"]).read_text(encoding="utf-8").strip().encode()`,
    go: `import (
	"bytes"
	"os"
)

// The characters are the key: not hex.DecodeString(text). A file ends with a line feed.
func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	return bytes.TrimSpace(text), err
}`,
    java: `import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class Key {
    // The characters are the key: not HexFormat.of().parseHex(text). A file ends with a line feed.
    static byte[] readKey(Path path) throws IOException {
        return Files.readString(path).strip().getBytes(StandardCharsets.UTF_8);
    }
}`,
  },
  signing: {
    about: 'Signing as Drone does',
    node: `import { createHmac } from 'node:crypto'

export function signature(date, digest, secret) {
  const lines = \`date: \${date}\\ndigest: \${digest}\` // lower case, one LF between, none at the end
  const mac = createHmac('sha256', secret).update(lines).digest('base64')
  return \`keyId="hmac-key",algorithm="hmac-sha256",signature="\${mac}",headers="date digest"\`
}`,
    python: `import base64, hashlib, hmac

def signature(date: str, digest: str, secret: str) -> str:
    lines = f"date: {date}\\ndigest: {digest}"  # lower case, one LF between, none at the end
    mac = base64.b64encode(hmac.new(secret.encode(), lines.encode(), hashlib.sha256).digest()).decode()
    return f'keyId="hmac-key",algorithm="hmac-sha256",signature="{mac}",headers="date digest"'`,
    go: `import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

func signature(date, digest, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "date: %s\\ndigest: %s", date, digest) // lower case, one LF between, none at the end
	text := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return fmt.Sprintf("keyId=\\"hmac-key\\",algorithm=\\"hmac-sha256\\",signature=\\"%s\\",headers=\\"date digest\\"", text)
}`,
    java: `import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Signer {
    static String signature(String date, String digest, String secret) throws GeneralSecurityException {
        String lines = "date: " + date + "\\ndigest: " + digest; // lower case, one LF between, none at the end
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String text = Base64.getEncoder().encodeToString(mac.doFinal(lines.getBytes(StandardCharsets.UTF_8)));
        return "keyId=\\"hmac-key\\",algorithm=\\"hmac-sha256\\",signature=\\"" + text + "\\",headers=\\"date digest\\"";
    }
}`,
  },
  clock: {
    about: 'Date in GMT',
    node: `const date = new Date().toUTCString() // GMT, whatever the time zone of the machine`,
    python: `from email.utils import formatdate

date = formatdate(usegmt=True)  # GMT, whatever the time zone of the machine`,
    go: `import (
	"net/http"
	"time"
)

func date() string {
	return time.Now().UTC().Format(http.TimeFormat) // GMT, whatever the time zone of the machine
}`,
    java: `import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

class HttpDate {
    // GMT, whatever the time zone of the machine; RFC_1123_DATE_TIME writes the first days of a month with one digit.
    static String now() {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).format(ZonedDateTime.now(ZoneOffset.UTC));
    }
}`,
  },
  server: {
    about: 'One secret for both sides',
    general: `secret=$(openssl rand -hex 16)

# At the Drone server, then restart it:
DRONE_WEBHOOK_SECRET=$secret
# At the receiver, the same characters:
DRONE_WEBHOOK_SECRET=$secret`,
  },
  endpoint: {
    about: 'The final address',
    general: `# The address that answers by itself; this prints where it redirects to, or nothing:
curl -s -o /dev/null -w '%{redirect_url}\\n' -X POST https://ci.example.com/hook

# At the Drone server, then restart it. Several are separated by commas without spaces:
DRONE_WEBHOOK_ENDPOINT=https://ci.example.com/hook`,
  },
  proxy: {
    about: 'A proxy that passes the headers on',
    general: `# nginx: it passes these on unless something takes them away, such as "proxy_set_header Date ...;"
location /hook {
    proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $host;
    # Accept-Encoding of extension calls is signed: do not set it here.
}`,
  },
} as const
