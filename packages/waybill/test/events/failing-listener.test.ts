import { runInNewContext } from 'node:vm'
import { eventually } from '@waybill/test-support/eventually'
import { post } from '@waybill/test-support/signing'
import { describe, expect, it, vi } from 'vitest'
import { AS_ANNA, grantOf, setUp } from './listening.ts'

describe("a signer's onEvent", () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the log is full'))],
  ])('does not affect the response if it %s, and onError is called', async (_how, onEvent) => {
    const errors: unknown[] = []
    const { signer } = await setUp({ onEvent, onError: (error) => errors.push(error) })
    const grant = await grantOf(signer)
    expect(grant).toMatchObject({ strategy: 'post' })
    const refused = await post(signer, '/complete', { waybill: grant.waybill }, AS_ANNA)
    expect(refused.status).toBe(404)
    expect(errors).toEqual([new Error('the log is full'), new Error('the log is full')])
  })

  it.each<[string, (failure: Error) => unknown]>([
    [
      'throws',
      (failure) => {
        throw failure
      },
    ],
    ['rejects', (failure) => Promise.reject(failure)],
    [
      'rejects with a promise of another realm',
      (failure) => runInNewContext('Promise.reject(failure)', { failure }),
    ],
  ])('does not affect the response if onError, called for its failure, %s', async (_how, fail) => {
    const onError = () => fail(new Error('the log is full'))
    const onEvent = () => Promise.reject(new Error('no event'))
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { signer } = await setUp({ onEvent, onError })
    expect(await grantOf(signer)).toMatchObject({ strategy: 'post' })
    const throwing = await setUp({
      onError,
      onEvent: () => {
        throw new Error('no event')
      },
    })
    expect(await grantOf(throwing.signer)).toMatchObject({ strategy: 'post' })
    await eventually(() => said.mock.calls.length).toBe(2)
    expect(said).toHaveBeenLastCalledWith('onError failed', new Error('the log is full'))
    said.mockRestore()
  })

  it('does not delay the response if its promise never settles', async () => {
    const { signer } = await setUp({ onEvent: () => new Promise(() => {}) })
    expect(await grantOf(signer)).toMatchObject({ strategy: 'post' })
  })
})
