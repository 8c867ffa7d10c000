import {
  type Answering,
  type EchoServer,
  endless,
  granting,
  redirectTo,
  startEchoServer,
} from '@waybill/test-support/echo-server'
import type { Page } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserSystems, type PageWindow } from './browser-page.ts'

const MIB = 1024 ** 2
const startPage = browserSystems()

declare const window: PageWindow

/** A server that pages of other origins may ask anything. */
async function openServer(answer: Answering): Promise<EchoServer> {
  const open: Answering = (incoming, outgoing) => {
    outgoing.setHeader('access-control-allow-origin', incoming.headers.origin ?? '*')
    outgoing.setHeader('access-control-allow-headers', '*, content-type')
    outgoing.setHeader('access-control-allow-methods', '*')
    if (incoming.method === 'OPTIONS') outgoing.end()
    else answer(incoming, outgoing)
  }
  const server = await startEchoServer(open)
  onTestFinished(() => server.close())
  return server
}

const grantingSigner = (url: string) => openServer(granting(url))

function failureOf(page: Page, endpoint: string, size: number): Promise<string> {
  return page.evaluate(
    ({ endpoint, size }) =>
      window
        .createUploader({ endpoint, credentials: 'omit', effects: { random: () => 0 } })
        .upload(new Blob([new Uint8Array(size)]))
        .done.then(
          () => 'done',
          ({ code }) => code,
        ),
    { endpoint, size },
  )
}

function methods({ reached }: EchoServer): string[] {
  return reached.map(({ method }) => method).filter((method) => method !== 'OPTIONS')
}

const BY_FETCH = 1
const BY_XHR = 2 * MIB

describe('an upload from Chromium', () => {
  it('does not follow a redirect from the signer, and fails at once', async () => {
    const page = await (await startPage()).open()
    const elsewhere = await openServer((_, outgoing) => outgoing.end())
    const signer = await openServer(redirectTo(elsewhere.endpoint))
    expect(await failureOf(page, signer.endpoint, 1)).toBe('RESPONSE_INVALID')
    expect(methods(signer)).toEqual(['POST'])
    expect(elsewhere.reached).toEqual([])
  })

  it('does not follow a redirect from the storage', async () => {
    const page = await (await startPage()).open()
    const elsewhere = await openServer((_, outgoing) => outgoing.end())
    const storage = await openServer(redirectTo(elsewhere.endpoint))
    const signer = await grantingSigner(storage.endpoint)
    expect(await failureOf(page, signer.endpoint, BY_FETCH)).toBe('STORAGE_NOT_ALLOWED')
    expect(elsewhere.reached).toEqual([])
  })

  it("rejects a redirect's target where the platform follows it (XMLHttpRequest)", async () => {
    const page = await (await startPage()).open()
    const elsewhere = await openServer((_, outgoing) => outgoing.writeHead(204).end())
    const storage = await openServer(redirectTo(`${elsewhere.endpoint}/other`))
    const signer = await grantingSigner(storage.endpoint)
    expect(await failureOf(page, signer.endpoint, BY_XHR)).toBe('STORAGE_NOT_ALLOWED')
  })

  it.each([
    ['fetch', BY_FETCH],
    ['XMLHttpRequest', BY_XHR],
  ])('reads no more than 256 KiB of an endless response to %s', async (_, size) => {
    const page = await (await startPage()).open()
    const { answer, hungUp } = endless(400, '<')
    const storage = await openServer(answer)
    const signer = await grantingSigner(storage.endpoint)
    expect(await failureOf(page, signer.endpoint, size)).toBe('RESPONSE_INVALID')
    expect(await hungUp).toBeLessThan(64 * MIB)
  })
})
