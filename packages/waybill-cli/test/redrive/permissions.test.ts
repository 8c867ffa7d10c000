/**
 * The permissions that docs/operate/scale/redrive.md names are those that the commands need, and no others.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { startLanding } from '@waybill/test-support/landing'
import { postForm } from '@waybill/test-support/upload-form'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { expect, it } from 'vitest'
import { startAccount } from './account.ts'

const ACTIONS: Readonly<Record<string, string>> = {
  'GET /2015-03-31/functions/arrival/configuration': 'lambda:GetFunctionConfiguration',
  'GET /2019-09-25/functions/arrival/event-invoke-config': 'lambda:GetFunctionEventInvokeConfig',
  'POST /2015-03-31/functions/arrival/invocations': 'lambda:InvokeFunction',
  'AmazonSQS.ReceiveMessage': 'sqs:ReceiveMessage',
  'AmazonSQS.DeleteMessage': 'sqs:DeleteMessage',
  'AmazonSQS.ChangeMessageVisibility': 'sqs:ChangeMessageVisibility',
  'POST /object-malware-scan/send': 'guardduty:SendObjectMalwareScan',
}

it('the documented permissions are sufficient for the commands', async () => {
  const landing = await startLanding()
  const account = await startAccount(landing, { WAYBILL_REQUIRE_SCAN: 'on' })
  await postForm(await landing.sign('a.txt', 'text/plain', 1), 'x')
  account.send(objectCreatedEvent('uploads', { key: 'gone' }))
  account.send('no event')
  for (const command of [['redrive'], ['rescan', '--older-than', '0']]) {
    const run = startWaybill([...command, '--function', 'arrival'], {
      env: account.env,
    })
    await run.exit
  }
  const used = new Set(account.calls.map(({ operation }) => ACTIONS[operation] ?? operation))
  const page = await readFile(
    new URL('../../../../docs/operate/scale/redrive.md', import.meta.url),
    'utf8',
  )
  const [, json = ''] = /```json\n(\{\n {2}"Version"[\s\S]+?)```/.exec(page) ?? []
  const statements: { Action: string | string[] }[] = JSON.parse(json).Statement
  const documented = statements.flatMap(({ Action }) => Action)
  // The local S3 judges no policies: these two are what a list and a question for tags need.
  const ofS3 = ['s3:GetObjectTagging', 's3:ListBucket']
  expect([...used, ...ofS3].toSorted()).toEqual(documented.toSorted())
  await account.close()
  await landing.close()
})
