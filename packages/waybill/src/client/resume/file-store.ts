import { builtin } from '../file/disk-file.ts'
import { isResumeRecord, type ResumeRecord, type ResumeStore } from './resume-record.ts'

export function resumeStoreIn(folder: string): Required<ResumeStore> {
  const { promises } = builtin('fs')
  const place = (id: string, ending: string) => builtin('path').join(folder, `${id}.${ending}`)
  const read = async (file: string) => parseRecord(await readIfThere(file))
  return {
    read: (id) => read(place(id, 'json')),
    write: async (record) => {
      await promises.mkdir(folder, { recursive: true, mode: 0o700 })
      const temporary = place(record.id, `${crypto.randomUUID()}.tmp`)
      const { handle: _, ...storable } = record
      await promises.writeFile(temporary, JSON.stringify(storable), { mode: 0o600, flush: true })
      await replace(temporary, place(record.id, 'json'))
    },
    remove: (id) => promises.rm(place(id, 'json'), { force: true }),
    list: async () => {
      const names = await promises.readdir(folder).catch(() => [])
      const files = names.filter((name) => name.endsWith('.json'))
      const records = await Promise.all(files.map((name) => read(place(name.slice(0, -5), 'json'))))
      return records.filter((record) => record !== undefined)
    },
    claim: async (id) => {
      await promises.mkdir(folder, { recursive: true, mode: 0o700 })
      return claimByLockFile(place(id, 'lock'))
    },
    isClaimed: async (id) => isHeldByLockFile(place(id, 'lock')),
  }
}

/**
 * Replaces `file` atomically. Retries for about a second, because Windows cannot replace a file
 * that another program, such as a virus scanner, has open.
 */
async function replace(temporary: string, file: string): Promise<void> {
  const { promises } = builtin('fs')
  for (let waitMs = 10; ; waitMs *= 2) {
    try {
      return await promises.rename(temporary, file)
    } catch (error) {
      if (waitMs > 640) {
        await promises.rm(temporary, { force: true })
        throw error
      }
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

async function readIfThere(file: string): Promise<string> {
  return builtin('fs')
    .promises.readFile(file, 'utf8')
    .catch(() => '')
}

function parseRecord(text: string): ResumeRecord | undefined {
  try {
    const value: unknown = JSON.parse(text, (key, entry) =>
      key === 'updatedAt' ? new Date(entry) : entry,
    )
    return isResumeRecord(value) ? value : undefined
  } catch {
    return undefined // missing or damaged
  }
}

/** This process's claims. */
const OWN = new Set<string>()

/**
 * Creates a lock file that contains this process's id. A lock counts only while its process is
 * running.
 */
async function claimByLockFile(file: string): Promise<(() => void) | undefined> {
  const { promises } = builtin('fs')
  const mark = `${process.pid} ${crypto.randomUUID()}`
  OWN.add(mark)
  for (let attempts = 0; attempts < 2; attempts += 1) {
    try {
      await promises.writeFile(file, mark, { flag: 'wx', mode: 0o600 })
      return () => {
        OWN.delete(mark)
        promises.rm(file).catch(() => {}) // the file is already gone
      }
    } catch {
      const held = await readIfThere(file)
      if ((await isHeld(file, held)) || !(await takeAway(file, held))) return undefined
    }
  }
  return undefined
}

async function isHeldByLockFile(file: string): Promise<boolean> {
  return isHeld(file, await readIfThere(file))
}

/**
 * Another process can have got the id of one that has ended: in a container, where the first process
 * always has the same id, or after a restart of the machine.
 */
async function isHeld(file: string, mark: string): Promise<boolean> {
  const pid = Number.parseInt(mark, 10)
  if (pid === process.pid) return OWN.has(mark)
  const written = await builtin('fs')
    .promises.stat(file)
    .catch(() => undefined)
  const startedAtMs = Date.now() - builtin('os').uptime() * 1000
  return written !== undefined && written.mtimeMs >= startedAtMs - CLOCK_MS && isAlive(pid)
}

/** The clock can have been corrected after the machine has started. */
const CLOCK_MS = 60_000

/**
 * Removes the lock of a process that has ended. The file is renamed first, because only one of
 * several competing processes can rename it.
 */
async function takeAway(file: string, held: string): Promise<boolean> {
  const { promises } = builtin('fs')
  const aside = `${file}.${crypto.randomUUID()}`
  try {
    await promises.rename(file, aside)
    const isSame = (await readIfThere(aside)) === held
    // Another process was faster and this is its new lock, so put it back.
    if (!isSame) await promises.link(aside, file)
    await promises.rm(aside)
    return isSame
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM means that the process is running under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
