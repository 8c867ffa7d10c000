/**
 * The section where users can try to break uploads: a bad connection, the parts that S3 has, and
 * manipulated forms.
 *
 * @module
 */

import { showLies } from './lies.ts'
import { showLineSwitch } from './line-switch.ts'
import { drawParts, hasDrawnParts, type RunningFile } from './parts-picture.ts'
import type { Destination } from './server.ts'

/** How often to check for parts from other tabs and from yesterday. */
const DRAWN_EVERY_MS = 5_000

/** The section. It is created once the rules are known. */
export interface Trial {
  /** Draws the parts again. Call this when S3 has more or fewer parts of this page's uploads. */
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
      // If the server does not respond, keep the old picture.
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
