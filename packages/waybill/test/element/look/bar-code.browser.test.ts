import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { barCodePath, type WaybillUploadElement } from 'waybill/element'
import { choose, gatedUploader, hexSha256, mountUpload, randomFile, untilStates } from '../page.ts'

/** Two parts, for which S3 has a CRC64NVME. */
const TWO_PARTS = 6_000_000

function find({ shadowRoot }: WaybillUploadElement, selector: string): Element | undefined {
  return shadowRoot?.querySelector(selector) ?? undefined
}

async function untilDigits(element: WaybillUploadElement): Promise<string> {
  const digits = () => find(element, '[part=digits]')?.textContent
  await eventually(digits).toBeTruthy()
  return digits() ?? ''
}

/** Not as it is painted: a row that enters moves, and its edges are rounded. */
function heightOf(element: WaybillUploadElement): string {
  const row = find(element, '.row')
  return row ? getComputedStyle(row).height : ''
}

describe('theme="barcode"', () => {
  it('shows the bar code and the digits of a stored file’s SHA-256', async () => {
    const element = await mountUpload('theme="barcode"')
    const file = randomFile('a.bin')
    choose(element, file)
    const digits = await untilDigits(element)
    const hex = await hexSha256(file)
    expect(hex.slice(0, 16)).toBe(digits)
    expect(find(element, '[part=bar-code] path')?.getAttribute('d')).toBe(barCodePath(hex))
    expect(find(element, '.code')?.getAttribute('title')).toBe(`SHA-256 ${hex}`)
    expect(find(element, '.code')?.textContent).toMatch(/Checksum\s+[0-9a-f]{16}/)
  })

  it('shows those of the CRC64NVME of a file that was sent in parts', async () => {
    const element = await mountUpload('theme="barcode"')
    choose(element, randomFile('a.bin', TWO_PARTS))
    const digits = await untilDigits(element)
    const { algorithm, value = '' } = element.items[0]?.completed?.checksum ?? {}
    expect(algorithm).toBe('CRC64NVME')
    const bytes = Array.from(atob(value), (char) => char.charCodeAt(0))
    expect(BigInt(`0x${digits}`)).toBe(bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n))
  })

  it.each([
    ['wide', 600],
    ['narrow', 320],
  ])('shows a plain bar until then, in a row of the same height, %s', async (_, width) => {
    const element = await mountUpload('theme="barcode"')
    element.style.inlineSize = `${width}px`
    const gate = gatedUploader()
    element.uploader = gate.uploader
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    await eventually(() => find(element, 'progress')?.checkVisibility()).toBe(true)
    expect(find(element, '[part=bar-code]')).toBeUndefined()
    const before = heightOf(element)
    gate.open()
    await untilDigits(element)
    expect(find(element, 'progress')?.checkVisibility()).toBe(false)
    expect(find(element, '[part=bar-code]')?.checkVisibility()).toBe(true)
    expect(heightOf(element)).toBe(before)
  })

  it('can be set and taken away while files are shown', async () => {
    const element = await mountUpload()
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'done')
    expect(find(element, '[part=bar-code]')).toBeUndefined()
    element.setAttribute('theme', 'barcode')
    await untilDigits(element)
    element.removeAttribute('theme')
    await eventually(() => find(element, '[part=bar-code]')).toBeUndefined()
  })

  it('sets no style attribute, which a security policy may refuse', async () => {
    const element = await mountUpload('theme="barcode"')
    choose(element, randomFile('a.bin'))
    await untilDigits(element)
    expect(find(element, '[style]')).toBeUndefined()
  })
})
