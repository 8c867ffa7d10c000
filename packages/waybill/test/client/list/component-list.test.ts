/**
 * The list behind the hooks of React and Vue: what becomes of it, and of its uploads, when the
 * component goes. How the frameworks hold it is tested with their hooks.
 *
 * @module
 */

import { settle } from '@waybill/test-support/eventually'
import { settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Uploader } from 'waybill/client'
import { ComponentList, type UseUploadsOptions } from '../../../src/client/list/component-list.ts'
import { HINTS, scriptedUploader } from './scripted-list.ts'

/** A list whose files are prepared until the test lets them go. */
async function heldList(options: UseUploadsOptions = {}) {
  const system = await startSystem()
  const gate = Promise.withResolvers<void>()
  const done: string[] = []
  const given: UseUploadsOptions = {
    prepare: (file) => gate.promise.then(() => file),
    onDone: ({ name }) => done.push(name),
    ...options,
  }
  const held = new ComponentList(system.uploader('me'), undefined, given)
  onTestFinished(() => held.list.destroy())
  const letGo = held.hold()
  return { system, held, list: held.list, letGo, go: gate.resolve, done }
}

/** What is done after the component has gone is done by the end of a microtask. */
const gone = () => Promise.resolve()

const isEmpty = ({ items }: { readonly items: readonly unknown[] }) => items.length === 0

describe('ComponentList', () => {
  it('aborts uploads in flight when it is released, and no longer holds any files', async () => {
    const { list, letGo, go, done, system } = await heldList()
    list.add([text('a.txt')])
    const [item] = list.getSnapshot().items
    expect(item?.state).not.toBe('aborted')
    letGo()
    await gone()
    expect(list.getSnapshot().items).toEqual([])
    go()
    list.add([text('b.txt')])
    await settled(list)
    expect([done, system.completed]).toEqual([['b.txt'], ['files/b.txt']])
  })

  it.each(['abort', 'continue'] as const)(
    'empties at once if nothing is in flight (%s)',
    async (leave) => {
      const { list, letGo, go } = await heldList({ leave })
      go()
      list.add([text('a.txt')])
      await settled(list)
      letGo()
      await gone()
      expect(list.getSnapshot().items).toEqual([])
    },
  )

  it('continues until all is done if it may, reports each, and then empties', async () => {
    const { list, letGo, go, done, system } = await heldList({ leave: 'continue' })
    list.add([text('a.txt'), text('b.txt')])
    letGo()
    await gone()
    expect(list.getSnapshot().items).toHaveLength(2)
    go()
    await snapshotOf(list, isEmpty)
    expect(system.completed.toSorted()).toEqual(['files/a.txt', 'files/b.txt'])
    expect(done.toSorted()).toEqual(['a.txt', 'b.txt'])
  })

  it.each(['at once', 'when the others are done'])(
    'leaves paused uploads alone if it may continue: %s',
    async (when) => {
      const { uploader, begun } = scriptedUploader()
      const options = { leave: 'continue', hints: HINTS } as const
      const held = new ComponentList(uploader as unknown as Uploader, undefined, options)
      const { list } = held
      await list.hints()
      const letGo = held.hold()
      const [paused = ''] = list.add([text('paused'), text('other')])
      list.pause(paused)
      await settle()
      if (when === 'at once') begun(1).run().complete()
      await settle()
      letGo()
      await gone()
      begun(1).run().complete()
      await snapshotOf(list, isEmpty)
      expect(begun(0).upload.state).toBe('paused')
    },
  )

  it.each(['after it was released in the same tick', 'before it is released'])(
    'survives if another holds it %s',
    async (when) => {
      const { held, list, letGo } = await heldList()
      list.add([text('a.txt')])
      if (when.startsWith('after')) letGo()
      const letGoAgain = held.hold()
      if (when.startsWith('before')) letGo()
      await gone()
      expect(list.getSnapshot().items).toHaveLength(1)
      letGoAgain()
      await gone()
      expect(list.getSnapshot().items).toEqual([])
    },
  )

  it("is released as the last render's options say", async () => {
    const { held, list, letGo } = await heldList({ leave: 'abort' })
    held.use({ leave: 'continue', prepare: () => new Promise<File>(() => {}) })
    list.add([text('a.txt')])
    letGo()
    await gone()
    expect(list.getSnapshot().items).toHaveLength(1)
  })

  it("keeps the first render's hints, and sends the last one's metadata", async () => {
    const hints = { types: ['text/plain'], accept: 'text/plain', maxSize: 9, minSize: 0 }
    const first = { ...hints, read: false, remove: false }
    const { held, list } = await heldList({ hints: first })
    held.use({ hints: { ...first, maxSize: 1 }, maxFiles: 0 })
    expect(list.getSnapshot().hints).toEqual(first)
    list.add([text('a.txt')])
    const { items } = await settled(list)
    expect(items[0]?.error?.code).toBe('TOO_MANY_FILES')
  })
})
