import { listObjects, postForm, signedForm } from '@waybill/test-support/upload-form'
import { sharedDev } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import type { PresignedPostMessage } from 'waybill'
import { presignPost } from 'waybill-s3'
import { parseXml, textOf } from '../../../waybill-s3/src/xml.ts'

const running = sharedDev()

const BYTES = Buffer.from('a hostile little file')
const FILE = { name: 'a.mp4', type: 'video/mp4', size: String(BYTES.length) }

type Change = (form: PresignedPostMessage) => PresignedPostMessage

function withField(name: string, value: string): Change {
  return ({ url, fields }) => ({ url, fields: { ...fields, [name]: value } })
}

/** Another character in the middle of a field. */
function withChangedCharacter(name: string): Change {
  return (form) => {
    const value = form.fields[name] ?? ''
    const at = Math.floor(value.length / 2)
    const other = value[at] === 'a' ? 'b' : 'a'
    return withField(name, value.slice(0, at) + other + value.slice(at + 1))(form)
  }
}

const asAnotherCaller: Change = (form) => {
  const credential = form.fields['X-Amz-Credential'] ?? ''
  return withField('X-Amz-Credential', credential.replace(/^[^/]+/, 'AKIDNOBODY'))(form)
}

describe('a form that was changed', () => {
  it.each<[what: string, change: Change, bytes: Buffer<ArrayBuffer>, status: number, code: string]>(
    [
      ['another key', withField('key', 'mine.mp4'), BYTES, 403, 'AccessDenied'],
      ['another type', withField('Content-Type', 'text/html'), BYTES, 403, 'AccessDenied'],
      ['another field', withField('x-amz-meta-mine', 'yes'), BYTES, 403, 'AccessDenied'],
      ['a public ACL', withField('acl', 'public-read'), BYTES, 403, 'AccessDenied'],
      ['another waybill', withChangedCharacter('x-amz-meta-waybill'), BYTES, 403, 'AccessDenied'],
      [
        'one more byte',
        (form) => form,
        Buffer.concat([BYTES, BYTES.subarray(0, 1)]),
        400,
        'EntityTooLarge',
      ],
      ['one byte less', (form) => form, BYTES.subarray(1), 400, 'EntityTooSmall'],
      [
        'a changed signature',
        withChangedCharacter('X-Amz-Signature'),
        BYTES,
        403,
        'SignatureDoesNotMatch',
      ],
      ['a changed policy', withChangedCharacter('Policy'), BYTES, 403, 'SignatureDoesNotMatch'],
      ['another access key', asAnotherCaller, BYTES, 403, 'InvalidAccessKeyId'],
    ],
  )('is rejected for %s', async (_what, change, bytes, status, code) => {
    const dev = running()
    const form = change(await signedForm(dev.signerUrl, FILE))
    const answer = await postForm(form, bytes)
    const said = textOf(parseXml(await answer.text()), 'Code')
    expect({ status: answer.status, code: said }).toEqual({ status, code })
    expect(await listObjects(dev.url)).toEqual({ objects: [], count: 0, size: 0 })
  })

  it('is rejected when its policy has expired', async () => {
    const dev = running()
    const old = await presignPost({
      bucket: 'uploads',
      region: 'us-east-1',
      endpoint: dev.s3Url,
      credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
      key: 'old.mp4',
      fields: {},
      conditions: [['content-length-range', 0, 1000]],
      expiresInSeconds: 1,
      now: () => new Date(Date.now() - 10_000),
    })
    const answer = await postForm(old, BYTES)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Policy expired')
    expect((await listObjects(dev.url)).count).toBe(0)
  })
})
