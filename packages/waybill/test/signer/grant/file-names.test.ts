import { createOne, FILE, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

const signer = signerFor({ video: VIDEO_RULE })

describe('file names', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..', 'file'],
    ['a\r\nx-amz-acl: public-read.mp4', 'ax-amz-acl- public-read.mp4'],
    ['C:\\temp\\nul', '_nul'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['<script>.mp4', '-script-.mp4'],
    ['${filename}', '--filename-'],
    ['Übung 🏖.mp4', 'Übung 🏖.mp4'],
    ['__proto__', '__proto__'],
  ])("%j becomes the key's last segment %j", async (name, safe) => {
    const upload = await createOne(signer, { ...FILE, name })
    expect(upload).toMatchObject({ key: expect.stringMatching(/^[\w-]{22}\/[^/]+$/) })
    expect('key' in upload && upload.key.split('/')[1]).toBe(safe)
  })

  it.each([
    '/etc/passwd',
    'a/../b',
    'a//b',
    'a/./b',
    'line\nfeed',
    '',
    'x'.repeat(1025),
    'a/${filename}',
  ])('cannot lead a careless rule to the key %j', async (key) => {
    const careless = signerFor({ video: { ...VIDEO_RULE, key: () => key } })
    expect(await createOne(careless)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  })
})
