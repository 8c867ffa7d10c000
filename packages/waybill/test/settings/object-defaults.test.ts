import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'

function handlerWith(defaults: string | undefined) {
  return lambdaHandler({
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret-of-a-test',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET: 'a secret of more than thirty-two characters',
      WAYBILL_AUTH: 'none',
      WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true,"public":true}}',
      WAYBILL_OBJECT_DEFAULTS: defaults,
    },
  })
}

async function fieldsOf(defaults: string | undefined): Promise<Record<string, string>> {
  const handler = handlerWith(defaults)
  const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
  return JSON.parse(body).presignedPost.fields
}

describe('WAYBILL_OBJECT_DEFAULTS', () => {
  it("sets each object's defaults", async () => {
    expect(await fieldsOf('{"serverSideEncryption":"AES256","tags":{"team":"a"}}')).toMatchObject({
      'x-amz-server-side-encryption': 'AES256',
      tagging: '<Tagging><TagSet><Tag><Key>team</Key><Value>a</Value></Tag></TagSet></Tagging>',
    })
  })

  it.each(['', undefined])('sets nothing if it is %j', async (setting) => {
    const names = Object.keys(await fieldsOf(setting))
    expect(names.filter((name) => /server-side|tagging|storage|cache/i.test(name))).toEqual([])
  })

  it.each([
    ['{"storageClass":', /WAYBILL_OBJECT_DEFAULTS is not JSON, expected an object/],
    ['[]', /WAYBILL_OBJECT_DEFAULTS is a list, expected an object/],
    ['{"storageClass":"GLACIER"}', /WAYBILL_OBJECT_DEFAULTS\.storageClass is "GLACIER", expected/],
    ['{"storage":"GLACIER_IR"}', /WAYBILL_OBJECT_DEFAULTS has "storage", expected only/],
  ])('makes the first start fail with an error that names it: %s', (setting, message) => {
    expect(() => handlerWith(setting)).toThrow(message)
  })
})
