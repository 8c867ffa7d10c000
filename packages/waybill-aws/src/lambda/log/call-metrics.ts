/**
 * Counts the events of a signer call and writes them as metrics when the call ends. Events with the
 * same rule, outcome and reason share a line.
 *
 * @module
 */

import type { SignerEvent } from 'waybill'
import {
  type CountedEvents,
  embeddedMetrics,
  MAX_VALUES,
  type MetricsPlace,
} from './embedded-metrics.ts'
import { type Counted, countedOf } from './outcome.ts'

export interface CallMetrics {
  count(event: SignerEvent): void
  write(): void
}

interface Counting extends CountedEvents {
  count: number
  readonly bytes: number[]
  readonly completionTimes: number[]
}

interface CallMetricsOptions extends MetricsPlace {
  readonly log: (line: string) => void
  readonly now: () => Date
}

/** Events reported after a call has ended are written with the next call's events. */
export function callMetrics({ log, now, ...place }: CallMetricsOptions): CallMetrics {
  const counted = new Map<string, Counting>()
  const writeOne = (events: CountedEvents) => {
    log(JSON.stringify(embeddedMetrics(place, events, now())))
  }
  return {
    count: (event) => {
      const one = countedOf(event)
      if (!one) return
      const name = `${one.outcome} ${one.rule} ${one.reason}`
      const events = counted.get(name) ?? none(one)
      add(events, one)
      counted.set(name, events)
      if (events.count < MAX_VALUES) return
      counted.delete(name)
      writeOne(events)
    },
    write: () => {
      const all = [...counted.values()]
      counted.clear()
      for (const events of all) writeOne(events)
    },
  }
}

export function countedOnce(one: Counted): CountedEvents {
  const events = none(one)
  add(events, one)
  return events
}

function none({ outcome, rule, reason }: Counted): Counting {
  return { outcome, rule, reason, count: 0, bytes: [], completionTimes: [] }
}

function add(events: Counting, { bytes, completionTime }: Counted): void {
  events.count += 1
  if (bytes !== undefined) events.bytes.push(bytes)
  if (completionTime !== undefined) events.completionTimes.push(completionTime)
}
