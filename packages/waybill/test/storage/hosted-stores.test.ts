import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSigner, type SignerOptions } from 'waybill/signer'
import { HOSTED_STORES, type HostedStore, hostedStore } from '../../src/storage/hosted-stores.ts'

const R2 = 'https://0123456789abcdef.r2.cloudflarestorage.com'
const B2 = 'https://s3.us-west-004.backblazeb2.com'

describe('hostedStore', () => {
  it.each([
    [R2, 'Cloudflare R2'],
    ['https://0123456789abcdef.eu.r2.cloudflarestorage.com', 'Cloudflare R2'],
    ['https://0123456789ABCDEF.R2.CloudflareStorage.com/', 'Cloudflare R2'],
    [B2, 'Backblaze B2'],
    ['https://t3.storage.dev', 'Tigris'],
    ['https://fly.storage.tigris.dev', 'Tigris'],
    ['https://fra1.digitaloceanspaces.com', 'DigitalOcean Spaces'],
    ['https://s3.wasabisys.com', 'Wasabi'],
    ['https://s3.eu-central-2.wasabisys.com:443', 'Wasabi'],
    ['https://storage.googleapis.com', 'Google Cloud Storage'],
    [undefined, undefined],
    ['not a URL', undefined],
    ['http://localhost:9000', undefined],
    ['https://s3.eu-west-1.amazonaws.com', undefined],
    ['https://files.example.com', undefined],
    ['https://r2.cloudflarestorage.com.evil.com', undefined],
    ['https://evilbackblazeb2.com', undefined],
    ['https://evil.com/r2.cloudflarestorage.com', undefined],
    ['https://evil.com#.wasabisys.com', undefined],
    ['https://storage.dev', undefined],
    ['https://pub-0123.r2.dev', undefined],
  ])('recognizes %s: %s', (endpoint, name) => {
    expect(hostedStore(endpoint)?.name).toBe(name)
  })

  it('is what docs/guide/stores.md says', () => {
    const page = readFileSync('docs/guide/stores.md', 'utf8')
    const rows = page.split('\n').flatMap((line) => {
      const [name, hosts, ...values] = line
        .split(' | ')
        .map((cell) => cell.replace(/^\| | \|$/, ''))
      const isHosted = HOSTED_STORES.some((store) => store.name === name)
      return isHosted ? [[name, hosts, ...values.map((cell) => /\w+/.exec(cell)?.[0])]] : []
    })
    expect(rows).toEqual(HOSTED_STORES.map(rowOf))
  })
})

function rowOf({ name, hosts, singleRequest, conditionalWrites, tags }: HostedStore) {
  const shown = (value: boolean | undefined) =>
    value === undefined ? undefined : value ? 'yes' : 'no'
  const how = singleRequest === 'post' ? 'form' : singleRequest?.toUpperCase()
  return [
    name,
    hosts.map((host) => `\`${host}\``).join(', '),
    how,
    shown(conditionalWrites),
    shown(tags),
  ]
}

type Chosen = Partial<SignerOptions>

/** How a small file is sent with these options. */
async function grantedWith(options: Chosen) {
  const signer = createSigner({
    ...{ bucket: 'uploads', region: 'auto', secret: 'a secret of the tests, long enough to seal' },
    ...{ allowedOrigins: [], credentials: { accessKeyId: 'id', secretAccessKey: 'key' } },
    ...options,
    rules: { any: { types: ['*/*'], maxSize: '1 MB', public: true } },
  })
  const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='
  const body = JSON.stringify({ files: [{ name: 'a', size: 3, type: 'text/plain', sha256 }] })
  const request = new Request('https://app.example/api', {
    ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
  })
  const { uploads } = await (await signer.fetch(request)).json()
  const [{ strategy, headers = {} }] = uploads
  return [strategy, 'if-none-match' in headers]
}

describe('createSigner', () => {
  it.each<[string, Chosen, readonly [string, boolean]]>([
    ['a form at AWS', {}, ['post', false]],
    ['a form at an unknown store', { endpoint: 'https://files.example.com' }, ['post', false]],
    ['a PUT, once, at R2', { endpoint: R2 }, ['put', true]],
    ['a PUT at B2, whose bytes are compared', { endpoint: B2 }, ['put', false]],
    ['a form at Tigris', { endpoint: 'https://t3.storage.dev' }, ['post', false]],
    ['a form at R2 if it is told so', { endpoint: R2, singleRequest: 'post' }, ['post', false]],
    [
      'a PUT at R2 if it is told to ignore conditions',
      { endpoint: R2, conditionalWrites: false },
      ['put', false],
    ],
    [
      'a PUT, once, at B2 if it is told so',
      { endpoint: B2, conditionalWrites: true },
      ['put', true],
    ],
  ])('signs %s', async (_, options, granted) => {
    expect(await grantedWith(options)).toEqual(granted)
  })
})
