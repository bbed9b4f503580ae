// Text in which nothing hides: line ends, control characters, directions of writing.

import { visible } from 'drone-webhooks/explain'

const NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US SP DEL'.split(' ')
const FIRST_PICTURE = 0x2400

/** Text that keeps its lines and its plain spaces. `ends`: line ends are shown as well. */
export function Visible({ text, ends = false }: { text: string; ends?: boolean }) {
  const lines = text.split('\n')
  return (
    <>
      {lines.map((line, at) => (
        <span key={at} class="line">
          {line.split(HIDDEN).map((part, index) => (index % 2 === 1 ? <Mark key={index} text={part} /> : part))}
          {ends && at < lines.length - 1 && <b>LF</b>}
          {ends && at === lines.length - 1 && <span class="end">(no line feed at the end)</span>}
        </span>
      ))}
    </>
  )
}

// Control characters, all white space but the space, and spaces where they are overlooked.
const HIDDEN = /([^\P{C}]|[^\P{Z} ]|^ +| +$| {2,})/u

/** Their names: few fonts have the pictures of control characters. */
function Mark({ text }: { text: string }) {
  return <b>{[...visible(text)].map((character) => NAMES[(character.codePointAt(0) ?? 0) - FIRST_PICTURE] ?? character).join('·')}</b>
}
