/**
 * The section where one tries to break it: the line, the parts that S3 has, and forms that lie.
 *
 * @module
 */

import { showLies } from './lies.ts'
import { showLineSwitch } from './line-switch.ts'
import { drawParts, type RunningFile } from './parts-picture.ts'
import type { Destination } from './server.ts'

/** How often the parts are drawn while there are any. */
const DRAWN_EVERY_MS = 500

/** The section, once the rules are known. */
export interface Trial {
  /** An upload has begun or changed: the parts are drawn until none are left. */
  watchParts(): void
}

/**
 * Shows the section.
 *
 * @param running - The files that this page is sending.
 */
export function createTrial(
  endpoint: string,
  { rules: [rule], hasLine }: Destination,
  running: () => readonly RunningFile[],
): Trial {
  // A server that is open to the network (`--host`) has no such line: the switch stays disabled.
  if (hasLine) void showLineSwitch()
  if (rule) showLies(endpoint, rule.name, exampleOf(rule.types))
  let isWatching = false
  const watch = async () => {
    if (isWatching) return
    isWatching = true
    while ((await drawParts(running())) || running().length > 0) {
      await new Promise((resolve) => setTimeout(resolve, DRAWN_EVERY_MS))
    }
    isWatching = false
  }
  const watchParts = () => {
    if (hasLine) void watch()
  }
  watchParts()
  return { watchParts }
}

/** Finds a content type that a rule accepts: `video/*` becomes `video/mp4`. */
function exampleOf(types: readonly string[]): string {
  const plain =
    types.find((type) => type === 'text/plain') ?? types.find((one) => !one.includes('*'))
  if (plain) return plain
  const examples: Readonly<Record<string, string>> = {
    'video/*': 'video/mp4',
    'audio/*': 'audio/mpeg',
    'image/*': 'image/png',
    'font/*': 'font/woff2',
  }
  return types.map((type) => examples[type]).find((one) => one !== undefined) ?? 'text/plain'
}
