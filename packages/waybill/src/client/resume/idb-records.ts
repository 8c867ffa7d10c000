/**
 * Stores resume records in IndexedDB, the default in browsers. Claims use Web Locks or, on pages
 * loaded over plain HTTP, `channel-claims.ts`.
 *
 * @module
 */

import { createStore, del, get, set, type UseStore, values } from 'idb-keyval'
import { channelClaims } from './channel-claims.ts'
import { isResumeRecord, type ResumeStore } from './resume-record.ts'

export function idbResumeStore(name = 'waybill'): Required<ResumeStore> {
  let opened: UseStore | undefined
  const store = () => {
    opened ??= createStore(name, 'resume-records')
    return opened
  }
  return {
    read: async (id) => {
      const record: unknown = await get(id, store())
      return isResumeRecord(record) ? record : undefined
    },
    write: (record) => set(record.id, record, store()),
    remove: (id) => del(id, store()),
    list: async () => (await values<unknown>(store())).filter(isResumeRecord),
    claim: async (id) => claimsFor(name).claim(id),
    isClaimed: async (id) => claimsFor(name).isClaimed(id),
  }
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

function claimsFor(name: string): Claims {
  if (!navigator.locks) return channelClaims(name)
  return {
    claim: (id) => claimByWebLock(`${name}:${id}`),
    isClaimed: (id) => isWebLockHeld(`${name}:${id}`),
  }
}

/** The browser releases the lock when the tab closes or crashes. */
function claimByWebLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined)
        return new Promise<void>((giveBack) => resolve(giveBack))
      })
      .catch(reject)
  })
}

async function isWebLockHeld(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query()
  return held.some((lock) => lock.name === name)
}
