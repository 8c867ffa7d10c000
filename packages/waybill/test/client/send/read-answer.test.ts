import { describe, expect, it } from 'vitest'
import { MAX_ANSWER_SIZE, readAnswer } from '../../../src/client/send/read-answer.ts'

/** An answer in pieces, and how many of them were read. */
function answerOf(pieces: readonly Uint8Array<ArrayBuffer>[], status = 200) {
  let read = 0
  let isCanceled = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[read]
        read += 1
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel() {
        isCanceled = true
        throw new Error('the connection had failed before')
      },
    },
    { highWaterMark: 0 },
  )
  const response = new Response(body, { status })
  return { response, read: () => read, isCanceled: () => isCanceled }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const LIMIT = MAX_ANSWER_SIZE.storage

describe('readAnswer', () => {
  it('decodes characters that are split between chunks', async () => {
    const [first, second] = [bytes('schön').slice(0, 4), bytes('schön').slice(4)]
    expect(await readAnswer(answerOf([first, second]).response, 'storage')).toBe('schön')
    // What ends within a character ends with the sign for that.
    expect(await readAnswer(answerOf([first]).response, 'storage')).toBe('sch\ufffd')
  })

  it('accepts a response without a body', async () => {
    expect(await readAnswer(new Response(null, { status: 204 }), 'signer')).toBe('')
  })

  it('reads up to the limit and no further', async () => {
    const full = answerOf([new Uint8Array(LIMIT - 1), new Uint8Array(1)])
    expect(await readAnswer(full.response, 'storage')).toHaveLength(LIMIT)
    const long = answerOf([new Uint8Array(LIMIT), new Uint8Array(1), new Uint8Array(1)])
    await expect(readAnswer(long.response, 'storage')).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: `the storage's response is longer than ${LIMIT} bytes`,
    })
    expect([long.read(), long.isCanceled()]).toEqual([2, true])
  })

  it('reads more from a signer', async () => {
    const { response } = answerOf([new Uint8Array(LIMIT + 1)])
    expect(await readAnswer(response, 'signer')).toHaveLength(LIMIT + 1)
  })

  it("ignores a gateway's page that is too long", async () => {
    const { response } = answerOf([new Uint8Array(LIMIT + 1)], 502)
    expect(await readAnswer(response, 'storage')).toBe('')
  })
})
