/**
 * Mounts over files and folders, which Linux gives to root. A file that something is mounted on cannot be replaced, as on
 * Windows one that another program has open.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why nothing can be mounted here; an empty text when it can. */
export const NO_MOUNTS = tryMount() ? '' : 'it takes root on Linux to mount'

/** Mounts a file or folder on another. @returns What undoes it; it may be called again. */
export function mountOn(place: string, source = place): () => void {
  execFileSync('mount', ['--bind', source, place], { stdio: 'ignore' })
  let isMounted = true
  return () => {
    if (isMounted) execFileSync('umount', [place])
    isMounted = false
  }
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-mount-'))
  try {
    mountOn(folder)()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
