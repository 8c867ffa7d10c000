import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { InterruptedItem, UploadItem } from 'waybill/client'
import { totalOf } from '../../src/client/list/total-progress.ts'
import { Announcer } from '../../src/element/announcer.ts'
import { ENGLISH } from '../../src/element/words/english.ts'
import { firstTexts, loadTexts } from '../../src/element/words/language.ts'
import type { Texts } from '../../src/element/words/texts.ts'

const NOW = new Date('2026-11-26T12:00:00Z')
const SIZE = 1000

/** What is said, with times; `at` is now. */
class Listening {
  readonly said: string[] = []
  #at = 0
  #due: { readonly at: number; readonly run: () => void }[] = []
  readonly #texts: Texts
  readonly #announcer = new Announcer({
    status: (text) => this.said.push(`${this.#at / 1000} s: ${text}`),
    alert: (text) => this.said.push(`${this.#at / 1000} s, at once: ${text}`),
    after: (delayMs, run) => this.#due.push({ at: this.#at + delayMs, run }),
  })

  constructor(texts = firstTexts('en').alsoSay(ENGLISH)) {
    this.#texts = texts
  }

  see(
    items: readonly UploadItem[],
    removed: readonly string[] = [],
    interrupted: readonly InterruptedItem[] = [],
  ): void {
    this.#announcer.follow({
      items,
      removed: new Set(removed),
      interrupted,
      total: totalOf(items.filter(({ id }) => !removed.includes(id))),
      texts: this.#texts,
      now: NOW,
    })
  }

  clear(files: number): void {
    this.#announcer.cleared(files)
  }

  pass(seconds: number): void {
    const end = this.#at + seconds * 1000
    for (;;) {
      const next = this.#due.sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      this.#due.shift()
      this.#at = next.at
      next.run()
    }
    this.#at = end
  }
}

function file(name: string, look: Partial<UploadItem> & { fraction?: number } = {}): UploadItem {
  const { fraction = 0, ...rest } = look
  const progress = { sent: fraction * SIZE, stored: 0, total: SIZE, fraction }
  const item = { id: name, name, size: SIZE, type: 'text/plain', previewUrl: undefined, progress }
  return { ...item, state: 'uploading', ...rest }
}

function failed(name: string, code: 'FILE_TOO_SMALL' | 'NETWORK_FAILED' = 'NETWORK_FAILED') {
  return file(name, { state: 'failed', error: new UploadError(code, '') })
}

/** @returns What is said when these files are seen; numbers are seconds that pass. */
function hear(...steps: readonly (readonly UploadItem[] | number)[]): readonly string[] {
  const listening = new Listening()
  for (const step of steps) {
    if (typeof step === 'number') listening.pass(step)
    else listening.see(step)
  }
  return listening.said
}

describe('Announcer', () => {
  it("announces one upload's progress in quarters, and its end", () => {
    const listening = new Listening()
    listening.see([file('a.txt', { state: 'queued' })])
    listening.pass(1)
    for (let percent = 0; percent < 100; percent += 1) {
      listening.see([file('a.txt', { fraction: percent / 100 })])
      listening.pass(0.2)
    }
    listening.see([file('a.txt', { state: 'completing', fraction: 0.99 })])
    listening.see([file('a.txt', { state: 'done', fraction: 1 })])
    listening.pass(60)
    expect(listening.said).toEqual([
      '1.5 s: a.txt: Uploading.',
      '6.5 s: a.txt: 27%.',
      '11.5 s: a.txt: 52%.',
      '16.5 s: a.txt: 77%.',
      '21.5 s: a.txt uploaded.',
    ])
  })

  it('announces how many finished files were cleared from the list', () => {
    const listening = new Listening()
    listening.see([file('a.txt', { state: 'done', fraction: 1 }), file('b.txt')])
    listening.pass(10)
    listening.clear(1)
    listening.see([file('b.txt')])
    listening.pass(10)
    expect(listening.said.at(-1)).toBe('10.5 s: 1 finished file cleared from the list.')
  })

  it('announces twelve uploads by number, a few seconds apart', () => {
    const listening = new Listening()
    const items = Array.from({ length: 12 }, (_, index) => file(`${index}.txt`))
    listening.see(items)
    for (let done = 0; done < 12; done += 1) {
      listening.pass(1.5)
      items[done] = file(`${done}.txt`, { state: 'done', fraction: 1 })
      listening.see([...items])
    }
    listening.pass(60)
    expect(listening.said).toEqual([
      '0.5 s: 0 of 12 files uploaded.',
      '4.5 s: 2 of 12 files uploaded.',
      '8.5 s: 5 of 12 files uploaded.',
      '12.5 s: 8 of 12 files uploaded.',
      '16.5 s: 10 of 12 files uploaded.',
      '20.5 s: All 12 files uploaded.',
    ])
  })

  it('announces failures at once and by name, or for many, the reasons once', () => {
    const small = failed('a.txt', 'FILE_TOO_SMALL')
    const others = ['b.txt', 'c.txt', 'd.txt'].map((name) => failed(name))
    expect(hear([small], 10, [small, ...others], 10)).toEqual([
      '0.2 s, at once: a.txt was not uploaded. The file is empty or too small.',
      '10.2 s, at once: 3 files were not uploaded. Connection lost. Check it and try again.',
    ])
  })

  it('counts failures once all is over', () => {
    const done = { state: 'done', fraction: 1 } as const
    const before = ['a.txt', 'b.txt', 'c.txt'].map((name) => file(name))
    const after = [file('a.txt', done), failed('b.txt'), failed('c.txt')]
    expect(hear(before, after, 10).at(-1)).toBe('0.5 s: 1 of 3 files uploaded. 2 failed.')
  })

  it('does not count rejected files as uploaded', () => {
    const done = { state: 'done', fraction: 1 } as const
    const rejected = { ...done, verdict: { verdict: 'rejected' } } as const
    const before = ['a.txt', 'b.txt', 'c.txt'].map((name) => file(name))
    const after = [file('a.txt', rejected), file('b.txt', done), file('c.txt', done)]
    expect(hear(before, after, 10).at(-1)).toBe('0.5 s: 2 of 3 files uploaded. 1 rejected.')
  })

  it('announces a file again that fails again', () => {
    const again = [file('a.txt', { state: 'queued' })]
    expect(hear([failed('a.txt')], 10, again, 10, [failed('a.txt')], 10)).toHaveLength(2)
  })

  it('announces a failing file with the id of one that failed before a reset', () => {
    const said = hear([failed('a.txt')], 10, [], [failed('a.txt')], 10)
    expect(said.filter((text) => text.includes('at once'))).toHaveLength(2)
  })

  it('announces a waiting reason once, however often the next attempt is rescheduled', () => {
    const listening = new Listening()
    for (let seconds = 1; seconds < 30; seconds += 1) {
      const until = new Date(NOW.getTime() + seconds * 1000)
      const waiting = { reason: 'signer', since: NOW, until } as const
      listening.see([file('a.txt', { state: 'waiting', waiting })])
      listening.pass(1)
    }
    listening.see([file('a.txt', { fraction: 0.4 })])
    listening.pass(10)
    expect(listening.said).toEqual([
      '0.5 s: a.txt: Server unavailable. Retrying in 1 sec.',
      '29.5 s: a.txt: 40%.',
    ])
  })

  it('announces that all uploads wait', () => {
    const waiting = { reason: 'offline', since: NOW } as const
    const items = ['a', 'b', 'c', 'd'].map((name) => file(name, { state: 'waiting', waiting }))
    expect(hear(items, 10)).toEqual([
      '0.5 s: 0 of 4 files uploaded. Offline. Resumes automatically.',
    ])
  })

  it('announces that an upload has stalled, and that it moves again', () => {
    const waiting = { reason: 'stalled', since: NOW } as const
    const sending = [file('a.txt', { fraction: 0.4 })]
    const stalled = [file('a.txt', { fraction: 0.4, state: 'waiting', waiting })]
    const again = [file('a.txt', { fraction: 0.41 })]
    expect(hear(sending, 10, stalled, 10, again, 10)).toEqual([
      '0.5 s: a.txt: 40%.',
      '10.5 s: a.txt: Stalled. Still trying…',
      '20.5 s: a.txt: 41%.',
    ])
  })

  it('announces removed files, and interrupted uploads', () => {
    const listening = new Listening()
    const seen = { id: 'x', name: 'x', size: SIZE, type: '', sent: 1, canReopen: false }
    listening.see([], [], [{ ...seen, updatedAt: NOW }])
    listening.pass(10)
    listening.see([file('a.txt')])
    listening.pass(10)
    listening.see([file('a.txt')], ['a.txt'])
    listening.pass(10)
    expect(listening.said).toEqual([
      '0.5 s: 1 upload was interrupted. Choose the file again to resume.',
      '10.5 s: a.txt: Uploading.',
      '20.5 s: a.txt removed.',
    ])
  })

  it('punctuates each sentence as its language does', async () => {
    const listening = new Listening(await loadTexts('ja'))
    listening.see([file('a.txt', { state: 'paused' }), file('b.txt', { fraction: 0.5 })])
    listening.pass(10)
    listening.see([failed('a.txt'), file('b.txt', { fraction: 0.5 })])
    listening.pass(10)
    expect(listening.said).toEqual([
      '0.5 s: a.txt: 一時停止中。 b.txt: 50%。',
      '10.2 s, at once: 「a.txt」をアップロードできませんでした。接続が切れました。再度お試しください。',
    ])
  })

  it('does not announce files that a form has restored', () => {
    expect(hear([file('a.txt', { state: 'done', fraction: 1 })], 10)).toEqual([])
  })
})
