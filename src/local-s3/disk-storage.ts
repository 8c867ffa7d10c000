/**
 * Keeps everything in a directory.
 *
 * @module
 */

import { memoryStorage } from './memory-storage.ts'
import type { Storage } from './storage.ts'

export async function diskStorage(_dir: string): Promise<Storage> {
  return memoryStorage()
}
