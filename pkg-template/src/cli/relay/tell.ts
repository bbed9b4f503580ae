/** What becomes of a delivery, told in one line. */
import type { Delivery } from '../../events.js'
import { type Output, type Shown, show } from '../output.js'
import { subject } from '../subject.js'

/** A line, and with --json a value. */
export function tellDelivery(type: string, mark: Shown, delivery: Delivery, detail: string, out: Output): void {
  out.value({ type, id: delivery.id, subject: subject(delivery), detail })
  out.line(show`${mark} ${type.padEnd(9)}  ${out.bold(subject(delivery))}  ${out.dim(delivery.id.slice(0, 12))}  ${detail}`)
}
