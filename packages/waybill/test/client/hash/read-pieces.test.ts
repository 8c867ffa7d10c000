import { describe, expect, it } from 'vitest'
import { readPieces } from '../../../src/client/hash/read-pieces.ts'

const MIB = 1024 ** 2

/** A file that the platform reads in pieces as they are given, and why its reading was ended. */
function fileOf(pieces: readonly (number | Error)[]) {
  const canceled: unknown[] = []
  let read = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[read]
        read += 1
        if (piece instanceof Error) controller.error(piece)
        else if (piece === undefined) controller.close()
        else controller.enqueue(new Uint8Array(piece).fill(read))
      },
      cancel: (reason) => void canceled.push(reason),
    },
    { highWaterMark: 0 },
  )
  const file = Object.assign(new Blob(), { stream: () => stream })
  return { file, canceled, read: () => read }
}

async function readFrom(file: Blob, signal?: AbortSignal, onUse = () => {}) {
  const used: (readonly [first: number | undefined, length: number])[] = []
  const use = (bytes: Uint8Array) => {
    used.push([bytes[0], bytes.length])
    onUse()
  }
  const failure = await readPieces(file, signal, use).catch((error: unknown) => error)
  return { used, failure }
}

describe('readPieces', () => {
  it('delivers a file in order, at most a MiB at a time', async () => {
    const { file, canceled } = fileOf([2 * MIB + 1, 3, MIB])
    const { used, failure } = await readFrom(file)
    expect(used).toEqual([
      [1, MIB],
      [1, MIB],
      [1, 1],
      [2, 3],
      [3, MIB],
    ])
    expect([failure, canceled]).toEqual([undefined, []])
  })

  it('reads nothing if its signal has already fired, and releases the file', async () => {
    const { file, canceled, read } = fileOf([1])
    const reason = new Error('paused')
    const { used, failure } = await readFrom(file, AbortSignal.abort(reason))
    expect([used, failure]).toEqual([[], reason])
    expect([read(), canceled]).toEqual([0, [undefined]])
  })

  it('stops between two pieces when its signal fires', async () => {
    const { file, canceled } = fileOf([1, 1])
    const stop = new AbortController()
    const reason = new Error('paused')
    const { used, failure } = await readFrom(file, stop.signal, () => stop.abort(reason))
    expect([used, failure]).toEqual([[[1, 1]], reason])
    expect(canceled).toHaveLength(1)
  })

  it('fails if the file can no longer be read', async () => {
    const cause = new Error('NotReadableError')
    const { used, failure } = await readFrom(fileOf([1, cause]).file)
    expect(used).toEqual([[1, 1]])
    expect(failure).toMatchObject({ code: 'FILE_UNREADABLE', cause })
  })

  it('releases the file if its pieces are not consumed', async () => {
    const { file, canceled } = fileOf([1, 1])
    const mistake = new Error('a mistake of ours')
    const { failure } = await readFrom(file, undefined, () => {
      throw mistake
    })
    expect(failure).toBe(mistake)
    expect(canceled).toHaveLength(1)
  })
})
