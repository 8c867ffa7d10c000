/**
 * The section in which users try to break uploads: with a bad connection and manipulated forms,
 * while they watch the parts that S3 has.
 *
 * @module
 */

import { showLies } from './lies.ts'
import { showLineSwitch } from './line-switch.ts'
import { drawParts, hasDrawnParts, type RunningFile } from './parts-picture.ts'
import type { Destination } from './server.ts'

/** How often to look for parts from other tabs and earlier visits. */
const DRAWN_EVERY_MS = 5_000

export interface Trial {
  /** Draws the parts again. Call this when the parts of this page's uploads have changed. */
  watchParts(): void
}

/** @param running - Returns the files that this page is sending. */
export function createTrial(
  endpoint: string,
  { rules: [rule], hasLine }: Destination,
  running: () => readonly RunningFile[],
): Trial {
  // A server that is open to the network (`--host`) cannot simulate a bad connection. The switch
  // then stays disabled.
  if (hasLine) void showLineSwitch()
  if (rule) showLies(endpoint, rule.name, exampleOf(rule.types))
  let isDrawing = false
  let isWanted = false
  const draw = async () => {
    isWanted = true
    if (isDrawing) return
    isDrawing = true
    while (isWanted) {
      isWanted = false
      // Keep the old picture if the server does not respond.
      await drawParts(running()).catch(() => undefined)
    }
    isDrawing = false
  }
  const watchParts = () => {
    if (hasLine) void draw()
  }
  watchParts()
  setInterval(() => {
    if (!document.hidden && hasDrawnParts()) watchParts()
  }, DRAWN_EVERY_MS)
  return { watchParts }
}

/** Returns a content type that the rule accepts, for example `video/mp4` for `video/*`. */
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
