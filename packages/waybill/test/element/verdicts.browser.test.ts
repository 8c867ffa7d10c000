import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'
import { choose, formOf, mount, randomFile, recordEvents, SIGNER, untilStates } from './page.ts'

/** Random bytes, which the arrival check does not take for a PNG. */
const FAKE = () => randomFile('fake.png', 1000, 'image/png')
/** The smallest beginning of a PNG that the arrival check takes for one. */
const REAL = () =>
  new File(
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), 'IHDR'],
    'real.png',
    { type: 'image/png' },
  )

function mountPhotos(attributes = ''): Promise<WaybillUploadElement> {
  return mount(`<form>
    <waybill-upload endpoint="${SIGNER}" rule="photos" name="photos" verdicts ${attributes}></waybill-upload>
  </form>`)
}

function rowOf({ shadowRoot }: WaybillUploadElement, state: string): Element | undefined {
  return shadowRoot?.querySelector(`.row.${state}`) ?? undefined
}

function verdictOf(element: WaybillUploadElement) {
  return element.items[0]?.verdict?.verdict
}

describe('with verdicts', () => {
  it('shows in the row that a file was checked, and fires waybill-verdict', async () => {
    const element = await mountPhotos()
    const events = recordEvents(element)
    choose(element, REAL())
    await eventually(() => verdictOf(element)).toBe('verified')
    await eventually(() => rowOf(element, 'done')?.textContent).toContain('Checked')
    expect(events.filter((name) => name === 'waybill-verdict')).toHaveLength(1)
    const status = () => element.shadowRoot?.querySelector('[role=status]')?.textContent
    await eventually(status).toContain('real.png: Checked.')
  })

  it('explains why a file was rejected, and does not submit it', async () => {
    const element = await mountPhotos('required')
    choose(element, FAKE())
    await untilStates(element, 'done')
    const form = formOf(element)
    await eventually(() => verdictOf(element)).toBe('rejected')
    const words = 'Rejected: the content does not match the file type.'
    await eventually(() => rowOf(element, 'rejected')?.textContent).toContain(words)
    const alert = () => element.shadowRoot?.querySelector('[role=alert]')?.textContent
    await eventually(alert).toBe(`fake.png: ${words}`)
    expect(new FormData(form).getAll('photos')).toEqual([])
    expect(element.validity.valueMissing).toBe(true)
  })

  it('shows rejected files first', async () => {
    const element = await mountPhotos('multiple')
    choose(element, REAL(), FAKE())
    const first = () => element.shadowRoot?.querySelector('.row.rejected:first-child .name')
    await eventually(() => first()?.textContent).toContain('fake.png')
    const counted = element.shadowRoot?.querySelector('.counted')
    expect(counted?.textContent?.trim()).toBe('1 of 2 files uploaded 1 rejected')
    expect(counted?.querySelector('svg')).toBeNull()
    expect(element.receipts).toEqual([element.items[0]?.completed?.receipt])
  })
})
