import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunk.ts'

export function loadListChunk(effects: Pick<Effects, 'wait' | 'online'>) {
  return loadChunk(() => import('./list-chunk.ts'), effects)
}
