import { callOnce, exchange, isTaken, type Reply } from 'waybill/internal/storage'
import { childOf, childrenOf, textOf } from 'waybill-s3/internal/xml'
import type { FirstReads, SmokeRun } from './smoke-run.ts'

/** Reads the verdict last: if there already is one, the reads before it prove nothing. */
export async function readFirst(run: SmokeRun, key: string): Promise<FirstReads> {
  const link = await readByLink(run, key)
  const delivery = await readDelivered(run, key)
  return { link, ...(delivery ? { delivery } : {}), verdict: (await readTags(run, key))?.waybill }
}

export async function readByLink({ s3 }: SmokeRun, key: string): Promise<Reply> {
  const credentials = await s3.credentials()
  const { url } = await s3.presigner.presignUrl({
    method: 'GET',
    key,
    credentials,
    expiresInSeconds: 60,
  })
  return exchange(s3, url, {})
}

/** Returns `undefined` if the deployment has no CloudFront distribution. */
export async function readDelivered(
  { s3, deployment }: SmokeRun,
  key: string,
): Promise<Reply | undefined> {
  const { deliveryUrl } = deployment
  if (deliveryUrl === undefined) return undefined
  return exchange(
    s3,
    new URL(key.split('/').map(encodeURIComponent).join('/'), deliveryUrl).href,
    {},
  )
}

/** Returns `undefined` if the tags cannot be read. */
export async function readTags(
  { s3 }: SmokeRun,
  key: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const reply = await callOnce(s3, { method: 'GET', key, query: { tagging: '' } })
  const set = reply.document && childOf(reply.document, 'TagSet')
  if (!isTaken(reply) || !set) return undefined
  return Object.fromEntries(
    childrenOf(set, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']),
  )
}

const POLL_MS = 1_000

/**
 * @returns The object's tags, including the verdict, and how long the verdict took. `undefined` if
 *   there was none in time.
 */
export async function waitForVerdict(
  run: SmokeRun,
  key: string,
): Promise<
  { readonly tags: Readonly<Record<string, string>>; readonly seconds: number } | undefined
> {
  const started = run.s3.now().getTime()
  for (;;) {
    const tags = await readTags(run, key)
    const passed = run.s3.now().getTime() - started
    if (tags && isVerdict(tags.waybill)) return { tags, seconds: Math.round(passed / 100) / 10 }
    if (passed >= run.verdictMs) return undefined
    await run.s3.wait(POLL_MS)
  }
}

export function isVerdict(tag: string | undefined): boolean {
  return tag === 'verified' || tag === 'rejected'
}
