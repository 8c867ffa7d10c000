import { describe, expect, it } from 'vitest'
import { readPieces, release, yieldToPage } from '../../../src/client/hash/read-pieces.ts'

const MIB = 1024 ** 2

/** Reads a file of that many MiB, which come in pieces of the platform's. */
async function read(mib: number, use: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<void> {
  const file = new Blob([new Uint8Array(mib * MIB)])
  await readPieces(file, undefined, use)
}

describe('readPieces in a page', () => {
  it("releases each piece's memory once it has been used", async () => {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    let size = 0
    await read(5, (bytes) => {
      size += bytes.length
      pieces.push(bytes)
    })
    expect(size).toBe(5 * MIB)
    expect(pieces.map(({ buffer }) => buffer.byteLength)).toEqual(pieces.map(() => 0))
  })

  it('yields to the page after each MiB', async () => {
    // One piece of 5 MiB, so that nothing but the turns gives the page any.
    const bytes = new Uint8Array(5 * MIB)
    const whole = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    })
    const file = Object.assign(new Blob(), { stream: () => whole })
    let turns = 0
    const turnsAt: number[] = []
    const use = () => {
      turnsAt.push(turns)
      postUrgently(() => {
        turns += 1
      })
    }
    await readPieces(file, undefined, use)
    expect(turnsAt).toEqual([0, 1, 2, 3, 4])
  })
})

/** What a page does before all else: `scheduler.yield` lets nothing else pass. */
function postUrgently(task: () => void): void {
  const { scheduler }: Urgent = globalThis
  if (scheduler) {
    void scheduler.postTask(task, { priority: 'user-blocking' })
    return
  }
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    task()
    port1.close()
  }
  port2.postMessage('')
}

interface Urgent extends Pick<typeof globalThis, 'MessageChannel'> {
  readonly scheduler?: {
    readonly postTask: (task: () => void, options: { priority: 'user-blocking' }) => Promise<void>
  }
}

describe('yieldToPage', () => {
  it('uses scheduler.yield() where available', async () => {
    let asked = 0
    const yieldOnce = async () => {
      asked += 1
    }
    const refused = class {
      constructor() {
        throw new Error('not needed')
      }
    } as unknown as typeof MessageChannel
    await yieldToPage({ scheduler: { yield: yieldOnce }, MessageChannel: refused })
    expect(asked).toBe(1)
  })

  it.each([
    ['no scheduler', {}],
    ['one that cannot yield', { scheduler: {} }],
  ])('waits for its own message if there is %s, and closes the channel', async (_, page) => {
    let closes = 0
    class Watched extends MessageChannel {
      constructor() {
        super()
        this.port1.close = () => {
          closes += 1
        }
      }
    }
    let hadTurn = false
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      hadTurn = true
    }
    port2.postMessage('')
    await yieldToPage({ ...page, MessageChannel: Watched })
    expect(hadTurn).toBe(true)
    expect(closes).toBe(1)
    port1.close()
  })
})

describe('release', () => {
  it('keeps a buffer that is partly used by others', () => {
    const bytes = new Uint8Array(10)
    release(bytes.subarray(1))
    expect(bytes.buffer.byteLength).toBe(10)
    release(bytes)
    expect(bytes.buffer.byteLength).toBe(0)
  })
})
