import { join } from 'node:path'
import { documented } from '@waybill/test-support/documented'
import { eventually } from '@waybill/test-support/eventually'
import { freePorts } from '@waybill/test-support/free-ports'
import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { build } from 'esbuild'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader } from 'waybill/client'
import { signRequest } from 'waybill-s3'
import { createHome, type Home } from './home.ts'
import { hasFrameworks, hasRuntime, type Runtime, startProgram } from './run-program.ts'

const MIB = 1024 ** 2
const SECRET = 'a secret of the tests, long enough to seal'
const ORIGIN = 'https://app.example.com'

async function application(): Promise<Home> {
  const home = await createHome()
  onTestFinished(() => home.remove())
  return home
}

async function storage(region = 'us-east-1'): Promise<StrictS3> {
  const s3 = await startStrictS3({ buckets: ['uploads'], region, log: () => {} })
  onTestFinished(() => s3.close())
  return s3
}

/** The `signer.js` of an application. */
function signerModule({ endpoint, region, credentials }: StrictS3): string {
  const options = { bucket: 'uploads', region, endpoint, credentials, secret: SECRET }
  const rules = { film: { types: ['video/*'], maxSize: '1 GiB', public: true } }
  const more = { allowedOrigins: [ORIGIN], partSize: 5 * MIB, rules }
  return `import { createSigner } from 'waybill/signer'
export const signer = createSigner(${JSON.stringify({ ...options, ...more })})`
}

/** Starts a server and waits until it answers. */
async function serve(runtime: Runtime, file: string, port: number): Promise<string> {
  const program = startProgram(runtime, file)
  onTestFinished(() => program.stop())
  const url = `http://127.0.0.1:${port}`
  const ready = eventually(async () => {
    if (program.child.exitCode !== null) throw new Error(program.output())
    return fetch(url).then(
      () => true,
      () => false,
    )
  }).toBe(true)
  await ready.catch((error: unknown) => {
    throw new Error(`${file} does not answer: ${program.output()}`, { cause: error })
  })
  return `${url}/api/uploads`
}

/** Sends a file in one request and one in parts, and compares what S3 has. */
async function expectUploads(endpoint: string, s3: StrictS3): Promise<void> {
  const uploader = createUploader({ endpoint })
  for (const size of [100 * 1024, 20 * MIB]) {
    const file = seededFile(`film-${size}`, size, size)
    const { key } = await uploader.upload(file, { type: 'video/mp4' }).done
    const { url, headers } = await signRequest({ ...s3, method: 'GET', bucket: 'uploads', key })
    const { body } = await fetch(url, { headers })
    if (!body) throw new Error(`${key} has no bytes`)
    expect(await sha256Of(body)).toBe(await sha256Of(file.stream()))
  }
  const preflight = await fetch(endpoint, {
    method: 'OPTIONS',
    headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
  })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
    204,
    ORIGIN,
  ])
}

const CASES: readonly (readonly [example: string, runtime: Runtime])[] = [
  ['node.js', 'node'],
  ['node.js', 'deno'],
  ['node.js', 'bun'],
  ['express.js', 'node'],
  ['fastify.js', 'node'],
  ['hono.js', 'node'],
  ['deno.js', 'deno'],
  ['bun.js', 'bun'],
]

/** Has the body read before the signer gets the request, as validators do. */
const READ_BEFORE = `const app = new Hono()
app.use(async (c, next) => {
  if (c.req.method === 'POST') await c.req.json()
  await next()
})`

async function serveHono(s3: StrictS3, change: (code: string) => string): Promise<string> {
  const [home, [port = 0]] = await Promise.all([application(), freePorts(1)])
  await home.write('signer.js', signerModule(s3))
  return serve('node', await home.write('hono.js', change(documented('hono.js', port))), port)
}

describe.skipIf(!hasFrameworks())("docs/guide/runtimes.md's servers", () => {
  for (const [example, runtime] of CASES) {
    it.skipIf(!hasRuntime(runtime))(`sign and complete: ${example} in ${runtime}`, async () => {
      const [home, s3, [port = 0]] = await Promise.all([application(), storage(), freePorts(1)])
      await home.write('signer.js', signerModule(s3))
      const file = await home.write(example, documented(example, port))
      await expectUploads(await serve(runtime, file, port), s3)
    })
  }

  it('sign and complete if a Hono middleware has read the body', async () => {
    const s3 = await storage()
    const endpoint = await serveHono(s3, (code) =>
      code.replace('const app = new Hono()', READ_BEFORE),
    )
    await expectUploads(endpoint, s3)
  })

  it('explain what is wrong if Hono passes a request whose body was read', async () => {
    const endpoint = await serveHono(await storage(), (code) =>
      code
        .replace('const app = new Hono()', READ_BEFORE)
        .replace('await cloneRawRequest(c.req)', 'c.req.raw'),
    )
    const file = seededFile('film', 1024, 1)
    const upload = createUploader({ endpoint }).upload(file, { type: 'video/mp4' })
    await expect(upload.done).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('a body parser has read it before'),
    })
  })
})

/** @see https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
function workerdConfig(port: number, flags: readonly string[], s3: StrictS3): string {
  const bindings = {
    S3_ENDPOINT: s3.endpoint,
    S3_KEY_ID: s3.credentials.accessKeyId,
    S3_SECRET_KEY: s3.credentials.secretAccessKey,
    WAYBILL_SECRET: SECRET,
  }
  const texts = Object.entries(bindings).map(([name, text]) => `(name="${name}", text="${text}")`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "bundled.js")],
  compatibilityDate = "2026-09-01",
  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
  bindings = [${texts.join(', ')}],
);`
}

/** Bundles as Wrangler does. */
async function bundleWorker(home: Home, code: string): Promise<void> {
  await build({
    entryPoints: [await home.write('worker.js', code)],
    outfile: join(home.dir, 'bundled.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  })
}

async function serveWorker(code: string, flags: readonly string[], s3: StrictS3): Promise<string> {
  const [home, [port = 0]] = await Promise.all([application(), freePorts(1)])
  await bundleWorker(home, code)
  return serve('workerd', await home.write('config.capnp', workerdConfig(port, flags, s3)), port)
}

/** With the bindings that the handler is given, and a signer made at the first call. */
const WITHIN_FETCH = (code: string) =>
  code
    .replace("import { env } from 'cloudflare:workers'\n", '')
    .replace('const signer = createSigner', 'const signerOf = (env) => createSigner')
    .replace('fetch: (request) => signer.fetch', 'fetch: (request, env) => signerOf(env).fetch')

describe.skipIf(!hasRuntime('workerd'))("docs/guide/runtimes.md's worker", () => {
  it.each([{ flags: [] }, { flags: ['nodejs_compat'] }])(
    'signs and completes with $flags',
    async ({ flags }) => {
      const s3 = await storage('auto')
      await expectUploads(await serveWorker(documented('worker.js'), flags, s3), s3)
    },
  )

  it('may create its signer within a call', async () => {
    const s3 = await storage('auto')
    await expectUploads(await serveWorker(WITHIN_FETCH(documented('worker.js')), [], s3), s3)
  })
})
