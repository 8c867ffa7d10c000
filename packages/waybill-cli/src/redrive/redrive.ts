import { messageOf } from '@waybill/command-line/command-failure'
import { readObjectEvent } from 'waybill/arrival'
import type { Judged } from './arrival-function.ts'
import type { FailedEvent, FailedEvents } from './failed-events.ts'
import { inParallel } from './in-parallel.ts'
import { FAILED, NOT_SCANNED, type Tally } from './tally.ts'

export interface Redrive {
  readonly queue: FailedEvents
  /** Omitted in a dry run, which only lists the events. */
  readonly judge?: (event: unknown) => Promise<Judged>
  readonly tally: Tally
}

/** Some accounts allow only ten concurrent Lambda invocations, and uploads need some of these. */
const AT_ONCE = 4

/**
 * Judges events until the queue is empty or `stop` is aborted. Removes each event that gets a
 * verdict and leaves all others in the queue, including those whose objects were not scanned.
 *
 * @throws Any error from receiving, judging or removing an event.
 */
export async function redrive(work: Redrive, stop: AbortSignal): Promise<void> {
  const { queue } = work
  const held = new Map<string, FailedEvent>()
  try {
    while (!stop.aborted) {
      const received = await queue.receive()
      if (received.length === 0) return
      // A message that failed in this run can be received again. Do not retry it.
      const fresh = received.filter(({ id }) => !held.has(id))
      for (const message of received) held.set(message.id, message)
      await inParallel(fresh, AT_ONCE, async (message) => {
        if (!stop.aborted && (await isDone(work, message))) held.delete(message.id)
      })
    }
  } finally {
    await queue.letGo([...held.values()])
  }
}

/** Judges the event and removes its message. Returns `false` if the message stays in the queue. */
async function isDone({ queue, judge, tally }: Redrive, message: FailedEvent): Promise<boolean> {
  const read = readKey(message.event)
  if ('problem' in read) {
    tally.add(FAILED, `message ${message.id}`, read.problem)
    return false
  }
  if (!judge) {
    tally.add('waiting', read.key)
    return false
  }
  // The arrival function ignores S3's own events while it waits for scan results.
  const judged = await judge({ ...Object(message.event), source: 'waybill.redrive' })
  const isJudged = 'verdict' in judged && judged.verdict !== NOT_SCANNED
  if (isJudged) await queue.remove(message)
  tally.judged(read.key, judged)
  return isJudged
}

function readKey(event: unknown): { readonly key: string } | { readonly problem: string } {
  try {
    return { key: readObjectEvent(event).key }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
