/**
 * A local S3 and one signer's address behind which a deployment takes place: a signer of one version, then of another.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'
import type { CompletedUpload } from 'waybill'
import { type ArrivedObject, readObjectEvent, type Verdict } from 'waybill/arrival'
import type { Installed } from './packages.ts'

export const MIB = 1024 ** 2
const BUCKET = 'uploads'
const SECRET = 'a secret that both versions of the signer know'
/** The keys of the rule begin with it, too: the signer does not put it there twice. */
const PREFIX = 'in/'

export type Told = CompletedUpload<{ owner: string }>

export interface Deployment {
  readonly s3: StrictS3
  /** The signer's base URL, the same before and after a deployment. */
  readonly endpoint: string
  /** What `onComplete` has heard, of whichever signer. */
  readonly told: Told[]
  /** What has landed in the bucket. */
  readonly landed: ArrivedObject[]
  /** Puts a signer of that version behind the address. */
  readonly deploy: (version: Installed, options?: object) => Promise<ReceiptReading>
  /** Lets arrival of that version judge what has landed last. */
  readonly judge: (version: Installed) => Promise<Verdict>
}

/** What the tests ask of a signer itself. */
interface ReceiptReading {
  readReceipt(receipt: unknown, expectation: { owner: string }): Promise<{ key: string }>
}

/** What all versions of `waybill/signer` and `waybill/node` have. */
interface SignerRoom {
  readonly createSigner: (options: object) => ReceiptReading
}
interface NodeRoom {
  readonly toNodeHandler: (signer: object, options: object) => RequestListener
}
interface ArrivalRoom {
  readonly createArrival: (options: object) => { judge(object: ArrivedObject): Promise<Verdict> }
}

export async function startDeployment(): Promise<Deployment> {
  const s3 = await startStrictS3({ buckets: [BUCKET] })
  const told: Told[] = []
  const landed: ArrivedObject[] = []
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end()
  const server = createServer((request, response) => listener(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server has no port')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await s3.close()
  })
  const { region, endpoint, credentials } = s3
  const place = { bucket: BUCKET, region, endpoint, credentials, secret: SECRET, prefix: PREFIX }
  return {
    s3,
    endpoint: `http://127.0.0.1:${address.port}/api/uploads`,
    told,
    landed,
    deploy: async (version, options = {}) => {
      const { createSigner } = (await version.load('signer')) as SignerRoom
      const { toNodeHandler } = (await version.load('node')) as NodeRoom
      const rules = { files: ruleTelling(told) }
      const more = { multipartThreshold: '5 MiB', partSize: '5 MiB', allowedOrigins: [], rules }
      const signer = createSigner({ ...place, ...more, ...options })
      listener = toNodeHandler(signer, { basePath: '/api/uploads' })
      return signer
    },
    judge: async (version) => {
      const { createArrival } = (await version.load('arrival')) as ArrivalRoom
      const last = landed.at(-1)
      if (!last) throw new Error('nothing has landed')
      return createArrival(place).judge(last)
    },
  }
}

/** A rule that denies by default, as both versions take it. */
function ruleTelling(told: Told[]) {
  return {
    types: ['application/octet-stream'],
    maxSize: '100 MiB',
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      const owner = headers['x-owner']
      return owner ? { owner } : false
    },
    key: ({ id, name }: { id: string; name: string }) => `${PREFIX}${id}/${name}`,
    onComplete: (upload: Told) => void told.push(upload),
  }
}

export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'waybill-compat-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
