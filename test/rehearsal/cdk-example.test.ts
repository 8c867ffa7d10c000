/**
 * examples/cdk as its README says: deployed, used in Chromium, and destroyed.
 *
 * moto runs no functions, so the deployed signer runs here.
 *
 * @module
 */

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sharedChromium } from '@waybill/test-support/chromium'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installBuilt, linkLibraries } from '../../tools/build/built-packages.ts'
import { type Account, missingPackages, startAccount } from './account.ts'
import { type Cdk, cdkIn, type Outcome } from './cdk.ts'
import { runFunction } from './running.ts'

const missing = await missingPackages()

const REGION = 'eu-west-1'
const PAGE = 'http://localhost:8000'

describe.skipIf(missing !== undefined)('examples/cdk', () => {
  let account: Account
  let home: string
  let cdk: Cdk
  let deployed: Outcome
  let server: Server

  beforeAll(async () => {
    account = await startAccount()
    home = join(account.folder, 'example')
    cpSync('examples/cdk', home, { recursive: true })
    // As `npm install` leaves it.
    writeFileSync(join(home, 'package-lock.json'), '{}')
    await installBuilt(join(home, 'node_modules'), 'waybill-aws')
    await linkLibraries(join(home, 'node_modules'), ['aws-cdk-lib', 'constructs'])
    cdk = cdkIn(home, account, '--version-reporting=false')
    expect((await cdk(REGION, 'bootstrap')).code).toBe(0)
    deployed = await cdk(REGION, 'deploy', '--require-approval=never')
    server = createServer(async ({ url = '/' }, response) => {
      const [path = '', query = ''] = url.split('?')
      if (path === '/signer') {
        const event = functionUrlEvent({ query, headers: { origin: PAGE } })
        const { statusCode, headers, body } = Object(await signed(event))
        response.writeHead(statusCode, headers).end(body)
      } else if (path === '/upload.js') {
        const script = readFileSync(join(home, 'upload.js'), 'utf8')
        response.setHeader('content-type', 'text/javascript')
        response.end(script.replace(/https:\/\/REPLACE-ME[^']+/, '/signer'))
      } else {
        response.setHeader('content-type', 'text/html')
        response.end(readFileSync(join(home, 'index.html')))
      }
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  })
  afterAll(async () => {
    server?.close()
    await account?.close()
  })

  async function signed(event: object): Promise<unknown> {
    const functions = (await account.deeds()).filter(
      ({ type, id }) => type === 'AWS::Lambda::Function' && id.startsWith('Signer'),
    )
    const [signer] = functions
    if (!signer || functions.length !== 1) throw new Error(`${functions.length} signers`)
    return runFunction(account, signer, event)
  }

  it("deploys, and prints the signer's address and the bucket's name", () => {
    expect(deployed.code).toBe(0)
    expect(deployed.outputs).toEqual({
      SignerUrl: expect.stringMatching(/^https:\/\/\w+\.lambda-url\.eu-west-1\.on\.aws\/$/),
      BucketName: expect.stringContaining('uploadform'),
    })
  })

  it('stores the file that its page sends, byte for byte', async () => {
    const page = await (await sharedChromium()).newPage()
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    const buffer = Buffer.from('the bytes of a film')
    await page.setInputFiles('input', { name: 'film.mp4', mimeType: 'video/mp4', buffer })
    await page.click('button')
    await page.waitForFunction(() => document.querySelector('output')?.textContent !== '')
    const said = await page.textContent('output')
    const [, key = ''] = /^Stored as (uploads\/\S+)\n$/.exec(said ?? '') ?? []
    expect(key, said ?? '').not.toBe('')
    const stored = await account.read(deployed.outputs.BucketName ?? '', key)
    expect(Buffer.from(stored).equals(buffer)).toBe(true)
  })

  it("lets its page read the signer's response, and rejects files that the rule does not allow", async () => {
    const query = 'name=page.html&type=text%2Fhtml&size=4'
    const { statusCode, headers, body } = Object(
      await signed(functionUrlEvent({ query, headers: { origin: PAGE } })),
    )
    expect(statusCode).toBe(415)
    expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE })
    expect(body).toContain('FILE_TYPE_NOT_ALLOWED')
  })

  it('leaves nothing behind once it is destroyed', async () => {
    expect((await cdk(REGION, 'destroy', '--force')).code).toBe(0)
    const { buckets, functions, secrets } = await account.inventory(REGION)
    expect(Object.keys(buckets).filter((name) => name.includes('uploadform'))).toEqual([])
    expect(functions).toEqual({})
    expect(secrets).toEqual({})
  })
})
