/**
 * An AWS account on this machine: moto behind one address, to which the real CDK deploys. What it holds afterwards is read
 * back through its APIs.
 *
 * moto is Debian's, in Python, and so are the resources that it lacks (`account/`).
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GetObjectCommand, GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { freePorts } from '@waybill/test-support/free-ports'
import { answers, ChildProcesses } from '../interop/servers/child-processes.ts'
import { ensurePackages } from '../interop/servers/debian-packages.ts'

const MOTO_PACKAGES = [
  'python3-moto',
  // What moto's server imports of what it only recommends.
  'python3-flask-cors',
  'python3-openapi-spec-validator',
  'python3-yaml',
]

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** Debian's own, with Debian's moto: another Python may be in front of it in the path. */
const PYTHON = '/usr/bin/python3'

/** What CloudFormation did to one resource; its properties have all references replaced. */
export interface Deed {
  readonly did: 'create' | 'update' | 'delete'
  readonly region: string
  readonly stack: string
  readonly id: string
  readonly type: string
  readonly physicalId: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties are whatever the resource has
  readonly properties: any
}

export interface Account {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string
  /** A folder that goes away with it. */
  readonly folder: string
  /** All that was done so far. */
  deeds(): Promise<readonly Deed[]>
  /** What there is in a region. */
  // biome-ignore lint/suspicious/noExplicitAny: each API's answer as it came
  inventory(region: string): Promise<any>
  /** The bytes of an object. */
  read(bucket: string, key: string): Promise<Uint8Array>
  /** The tags of an object, by name. */
  tags(bucket: string, key: string): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

/**
 * @returns Why there can be no account here.
 * @throws {Error} In CI, where nobody would notice.
 */
export async function missingPackages(...more: readonly string[]): Promise<string | undefined> {
  const missing = await ensurePackages([...MOTO_PACKAGES, ...more])
  if (missing === undefined) return undefined
  if (process.env.CI) throw new Error(`the rehearsal cannot run: ${missing}`)
  console.log(`Skipping a rehearsal: ${missing}`)
  return missing
}

/** Starts an empty account that may run ten functions at once, as a new one. */
export async function startAccount(): Promise<Account> {
  const [port] = await freePorts(1)
  const processes = await ChildProcesses.create('rehearsal', () => ({
    PYTHONPATH: HERE,
    PYTHONDONTWRITEBYTECODE: '1',
    MOTO_LAMBDA_CONCURRENCY_QUOTA: '10',
  }))
  const records = join(processes.dir, 'records.jsonl')
  const url = `http://localhost:${port}`
  try {
    processes.start('account', PYTHON, '-m', 'account.server', String(port), records)
    await processes.until(() => answers(`${url}/moto-api/data.json`))
  } catch (error) {
    await processes.stop()
    throw error
  }
  return {
    url,
    folder: processes.dir,
    deeds: async () => linesOf(await readFile(records, 'utf8')),
    inventory: async (region) =>
      JSON.parse(await processes.run(PYTHON, '-m', 'account.inventory', String(port), region)),
    read: (bucket, key) => readObject(url, bucket, key),
    tags: async (bucket, key) => {
      const asked = new GetObjectTaggingCommand({ Bucket: bucket, Key: key })
      const { TagSet: tags = [] } = await clientOf(url).send(asked)
      return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
    },
    close: () => processes.stop(),
  }
}

function clientOf(url: string): S3Client {
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
  return new S3Client({ region: 'us-east-1', endpoint: url, forcePathStyle: true, credentials })
}

async function readObject(url: string, bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await clientOf(url).send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  if (!Body) throw new Error(`${key} has no body`)
  return Body.transformToByteArray()
}

function linesOf(text: string): Deed[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
