/**
 * Runs a measurement in a new Node process on the client's side of a line, so that contestants
 * share no modules, garbage or connections.
 *
 * @module
 */

import { once } from 'node:events'
import { join } from 'node:path'
import { nextMessage, spawnNode } from '../../harness/spawn-node.ts'
import type { Measurement } from '../measurement.ts'
import type { Place } from '../place.ts'
import type { NodeTask } from './contestant.ts'

/**
 * Measures a contestant.
 * @param options - Of Node.
 */
export async function measureInNode(
  place: Place,
  contestant: string,
  task: NodeTask,
  options: readonly string[] = [],
): Promise<Measurement> {
  const words = [join(import.meta.dirname, 'run.ts'), contestant, JSON.stringify(task)]
  // Of the package as it is published: the sources would be compiled while the clock runs.
  const child = spawnNode(place.onClientSide, words, options)
  const exited = once(child, 'exit')
  const measurement = await nextMessage(child)
  await exited
  return measurement as Measurement
}
