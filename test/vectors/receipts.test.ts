/**
 * Seals `receipts.json`, the receipts with which readers in other languages are tested, and reads
 * them with `readReceipt`. They are sealed here with Node's crypto alone, as docs/reference/receipts.md
 * describes it. `npx vitest run --project node test/vectors -u` writes the file again.
 *
 * @module
 */

import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveReceiptKey, readReceipt } from 'waybill/signer'

const [NEW, OLD, FOREIGN] = ['new', 'old', 'foreign'].map(
  (name) => `the-${name}-secret-of-the-receipts-for-tests`,
) as [string, string, string]
const NOW = 1_800_000_000
const [BUCKET, REGION, PREFIX] = ['uploads', 'eu-west-1', 'app/']
const READER = { bucket: BUCKET, region: REGION, prefix: PREFIX, rule: 'photo', now: NOW }

const MINIMAL = {
  ...{ v: 1, place: [BUCKET, REGION, PREFIX], key: 'app/photos/x7Gk2mPq', size: 0 },
  ...{
    type: 'image/png',
    etag: '"d41d8cd98f00b204e9800998ecf8427e"',
    name: 'a.png',
    path: 'a.png',
  },
  ...{ id: 'x7Gk2mPq4TnB8vWc1ZrYeA', metadata: {}, rule: 'photo', owner: 'ada' },
  lastModified: (NOW - 60) * 1000,
}
const WHOLE = {
  ...{ ...MINIMAL, size: 6_442_450_944, versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
  ...{ checksum: { algorithm: 'SHA256', value: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' } },
  ...{ name: 'sea.png', path: 'holidays/2026/sea.png', metadata: { album: '7', 'a/b': '<"&\\' } },
}
const { owner: _, ...PUBLIC } = MINIMAL

function derive(text: string, info: string, length: number): string {
  return Buffer.from(hkdfSync('sha256', text, '', info, length)).toString('base64url')
}

const bytes = (text: string) => Buffer.from(text, 'base64url')
const keyOf = (secret: string) => derive(secret, 'waybill receipt 1', 32)
const kidOf = (secret: string) => derive(keyOf(secret), 'receipt kid 1', 6)

interface Differently {
  readonly secret?: string
  readonly header?: object
  readonly ivLength?: number
}

function seal(payload: object, { secret = NEW, header = {}, ivLength = 12 }: Differently = {}) {
  const protectedHeader = { alg: 'dir', enc: 'A256GCM', kid: kidOf(secret), ...header }
  const head = Buffer.from(JSON.stringify(protectedHeader)).toString('base64url')
  const plain = JSON.stringify(payload)
  // Real receipts have random IVs.
  const iv = createHash('sha256')
    .update(head + plain)
    .digest()
    .subarray(0, ivLength)
  const key = bytes(keyOf(secret))
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(head))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  return [head, '', ...parts].join('.')
}

const GOOD = seal(MINIMAL)

/** Replaces one of the good receipt's five parts. */
function replaced(index: number, change: (part: string) => string): string {
  return GOOD.split('.')
    .with(index, change(GOOD.split('.')[index] ?? ''))
    .join('.')
}

const sameBytes = (part: string) => part.slice(0, -1) + nextLetter(part.at(-1) ?? '')
const otherBytes = (part: string) => nextLetter(part.at(0) ?? '') + part.slice(1)

/** Decoders ignore the last bits of a text's last letter. */
function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters[letters.indexOf(letter) ^ 1] ?? ''
}

const placed = (bucket: string, region: string, prefix: string) =>
  seal({ ...MINIMAL, place: [bucket, region, prefix] })
const aged = (seconds: number) => seal({ ...MINIMAL, lastModified: (NOW - seconds) * 1000 })

const VALID: Readonly<Record<string, object>> = {
  'minimal: an empty file': MINIMAL,
  'all members': WHOLE,
  'a CRC64NVME': { ...WHOLE, checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } },
  'a name outside ASCII': { ...WHOLE, name: 'Öland 🏖.png', path: 'Ferien/Öland 🏖.png' },
  'exactly a day old': { ...MINIMAL, lastModified: (NOW - 86_400) * 1000 },
  'five minutes in the future': { ...MINIMAL, lastModified: (NOW + 300) * 1000 },
}

const INVALID: Readonly<Record<string, string>> = {
  nothing: '',
  'some word': 'photos/holiday.png',
  'only dots': '....',
  'altered ciphertext': replaced(3, otherBytes),
  'altered tag': replaced(4, otherBytes),
  'altered IV': replaced(2, otherBytes),
  'tag of 4 bytes': replaced(4, (tag) => bytes(tag).subarray(0, 4).toString('base64url')),
  'tag of 12 bytes': replaced(4, (tag) => tag.slice(0, 16)),
  'no tag': replaced(4, () => ''),
  'IV of 16 bytes': seal(MINIMAL, { ivLength: 16 }),
  'a key that the reader does not have': seal(MINIMAL, { secret: FOREIGN }),
  "that key under our key's name": seal(MINIMAL, { secret: FOREIGN, header: { kid: kidOf(NEW) } }),
  "our key under another's name": seal(MINIMAL, { header: { kid: kidOf(FOREIGN) } }),
  'another alg': seal(MINIMAL, { header: { alg: 'A256KW' } }),
  'another enc': seal(MINIMAL, { header: { enc: 'A256CBC-HS512' } }),
  'a further member of the header': seal(MINIMAL, { header: { zip: 'DEF' } }),
  'an encrypted key': replaced(1, () => 'AAAA'),
  'four parts': GOOD.split('.').slice(0, 4).join('.'),
  'six parts': `${GOOD}.`,
  'other unused bits in the ciphertext': replaced(3, sameBytes),
  'other unused bits in the tag': replaced(4, sameBytes),
  'a letter outside ASCII': `${GOOD.slice(0, -1)}é`,
  padding: `${GOOD}==`,
  'standard base64': GOOD.replaceAll('-', '+').replaceAll('_', '/'),
  'a line feed at the end': `${GOOD}\n`,
  'a space at the start': ` ${GOOD}`,
  'longer than 16,384 characters': seal({ ...MINIMAL, name: 'a'.repeat(12_288) }),
  'another bucket': placed('other-uploads', REGION, PREFIX),
  'another region': placed(BUCKET, 'us-east-1', PREFIX),
  'another prefix': placed(BUCKET, REGION, 'app/sub/'),
  'no prefix': placed(BUCKET, REGION, ''),
  'another rule': seal({ ...MINIMAL, rule: 'film' }),
  'another version': seal({ v: 2, sub: 'ada' }),
}

const EXPIRED: Readonly<Record<string, string>> = {
  'older than a day': aged(86_401),
  'more than five minutes in the future': aged(-301),
}

const FILE = {
  about:
    'docs/reference/receipts.md describes receipts. test/vectors/receipts.test.ts makes these.',
  secrets: [NEW, OLD],
  keys: [keyOf(NEW), keyOf(OLD)],
  ...READER,
  vectors: [
    ...Object.entries(VALID).map(([name, payload]) => vector(name, seal(payload), { payload })),
    vector('sealed with the older key', seal(MINIMAL, { secret: OLD }), { payload: MINIMAL }),
    vector('without an owner', seal(PUBLIC), { payload: PUBLIC }, null),
    ...Object.entries(INVALID).map(([name, receipt]) =>
      vector(name, receipt, { error: 'RECEIPT_INVALID' }),
    ),
    ...Object.entries(EXPIRED).map(([name, receipt]) =>
      vector(name, receipt, { error: 'RECEIPT_EXPIRED' }),
    ),
    ...[
      ["another owner's", GOOD, 'eve'],
      ["somebody's, where none has an owner", GOOD, null],
      ["nobody's, where each has an owner", seal(PUBLIC), 'ada'],
    ].map(([name, receipt, owner]) =>
      vector(String(name), String(receipt), { error: 'RECEIPT_OWNER' }, owner),
    ),
  ],
}

type Result = { readonly payload: object } | { readonly error: string }

/** @param owner - Who submits it. */
function vector(name: string, receipt: string, result: Result, owner: string | null = 'ada') {
  return { name, owner, receipt, ...result }
}

describe('test/vectors/receipts.json', () => {
  it('contains these receipts', async () => {
    await expect(`${JSON.stringify(FILE, null, 2)}\n`).toMatchFileSnapshot('receipts.json')
  })

  it('contains the keys that waybill secret receipt-key prints', async () => {
    expect(FILE.keys).toEqual(await Promise.all(FILE.secrets.map(deriveReceiptKey)))
    expect(FILE.keys[0]).toMatch(/[-_]/)
    expect(GOOD.split('.')[2]).toMatch(/[-_]/)
    expect((GOOD.split('.')[3] ?? '').length % 4).toBeGreaterThan(0)
  })
})

describe('readReceipt', () => {
  const { keys, bucket, region, prefix, rule } = FILE
  const reader = { keys, bucket, region, prefix, now: () => new Date(NOW * 1000) }

  it.each(FILE.vectors)('agrees on: $name', async ({ name: _, owner, receipt, ...expected }) => {
    const result = await readReceipt(reader, receipt, { owner, rule }).then(
      ({ bucket, lastModified, ...rest }) => ({
        payload: { v: 1, place: [bucket, region, prefix], ...rest, lastModified: +lastModified },
      }),
      ({ code }) => ({ error: code }),
    )
    expect(result).toEqual(expected)
  })
})
