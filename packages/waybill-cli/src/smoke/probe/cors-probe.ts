/**
 * Probes whether a page can read the store's errors, which requires CORS headers on them.
 *
 * @module
 */

import {
  type AskedStore,
  BODY,
  isTaken,
  lacking,
  type ProbeResult,
  putPresigned,
  type Reply,
  type StoreProbe,
  shown,
} from 'waybill/internal/storage'

export const CORS_PROBE: StoreProbe = {
  name: 'cors-refusals',
  asks: 'Sends CORS headers with 403 and 412',
  sent: "with a page's Origin: a PUT with a wrong signature, and one to a key that has an object",
  ask: async (store) => {
    const { s3, folder, origin } = store
    if (origin === undefined) {
      return { outcome: 'unknown', answer: "not asked: no origin of the bucket's CORS is known" }
    }
    const put = {
      key: `${folder}cors-refusals`,
      signed: { 'if-none-match': '*' },
      unsigned: { origin },
      body: BODY,
    }
    const taken = await putPresigned(s3, put)
    if (!isTaken(taken)) return lacking(taken)
    const refused = await putPresigned(s3, { ...put, spoil })
    const existing = await putPresigned(s3, put)
    return readable(store, refused, existing)
  },
}

function spoil(url: string): string {
  return url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
}

function readable({ origin }: AskedStore, ...refusals: readonly Reply[]): ProbeResult {
  const isReadable = (reply: Reply) => {
    const allowed = reply.header('access-control-allow-origin')
    return allowed === origin || allowed === '*'
  }
  const answer = refusals
    .map((reply) => `${shown(reply)} ${isReadable(reply) ? 'with' : 'without'} CORS headers`)
    .join(', ')
  if (refusals.some(({ status }) => status === 0 || status >= 500)) {
    return { outcome: 'unknown', answer }
  }
  const isAsAws = refusals.every((reply) => !isTaken(reply) && isReadable(reply))
  return { outcome: isAsAws ? 'yes' : 'no', answer }
}
