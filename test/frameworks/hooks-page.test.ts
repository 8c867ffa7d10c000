/**
 * What a person does in a page made with the hooks, in each framework, and the bytes that are in the
 * bucket afterwards, in three engines (`npm run test:engines`).
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { describe, expect, it } from 'vitest'
import { ENGINES } from '../browsers/engines.ts'
import { FRAMEWORKS, openHooksPage } from './hooks-page.ts'

const MIB = 1024 ** 2

async function submittedOf(file: File) {
  return { name: file.name, size: file.size, sha256: await sha256Of(file.stream()) }
}

describe.each(ENGINES)('hooks in $name', (engine) => {
  describe.each(FRAMEWORKS)('of %s', (framework) => {
    it('upload chosen and dropped files, and a form submits them', async (context) => {
      const page = await openHooksPage(engine, framework, context)
      await eventually(() => page.count('#file')).toBe(1)
      expect(await page.count(`main[data-framework^="${framework}"]`)).toBe(1)
      const chosen = seededFile('chosen.bin', 100_000, 1)
      await page.browser.chooseFile('#file', await page.write('chosen.bin', chosen))
      await eventually(() => page.states()).toEqual(['chosen.bin done'])
      const dropped = new File(['dropped'], 'dropped.txt', { type: 'text/plain' })
      await page.browser.evaluate(`(() => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
        const more = { dataTransfer, bubbles: true, cancelable: true }
        document.getElementById('zone').dispatchEvent(new DragEvent('drop', more))
      })()`)
      await eventually(() => page.states()).toEqual(['chosen.bin done', 'dropped.txt done'])
      expect(await page.submit('uploads')).toMatchObject([
        await submittedOf(chosen),
        await submittedOf(dropped),
      ])
    })

    it('pause, and resume after a reload when the file is chosen again', async (context) => {
      const page = await openHooksPage(engine, framework, context)
      const { storage } = page.line
      await eventually(() => page.count('#file')).toBe(1)
      storage.usePlan(({ method, partNumber = 0 }) =>
        method === 'PUT' && partNumber > 2 ? { kind: 'stall-request', afterBytes: 0 } : undefined,
      )
      const film = seededFile('film.bin', 20 * MIB, 2)
      const path = await page.write('film.bin', film)
      await page.browser.chooseFile('#file', path)
      await storage.until(() => storage.stalled > 0)
      await page.click('.pause')
      await eventually(() => page.states()).toEqual(['film.bin paused'])
      await page.click('.resume')
      await eventually(() => page.states()).toEqual(['film.bin uploading'])
      await page.browser.reload()
      await eventually(() => page.count('.again')).toBe(1)
      storage.usePlan(() => undefined)
      storage.release()
      await page.browser.chooseFile('.again', path)
      await eventually(() => page.states('unfinished')).toEqual(['film.bin done'])
      expect(await page.submit('unfinished')).toMatchObject([await submittedOf(film)])
      const parts = storage.exchanges.filter(({ request }) => request.method === 'PUT')
      const sent = (partNumber: number) =>
        parts.filter(({ request }) => request.partNumber === partNumber).length
      expect([sent(1), sent(2)]).toEqual([1, 1])
    })
  })
})
