import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'
import type { WaybillUploadElement } from 'waybill/element'
import {
  choose,
  drop,
  gate,
  gatedUploader,
  mount,
  mountUpload,
  randomFile,
  SIGNER,
  store,
  unfold,
  untilStates,
} from '../page.ts'

function rootOf({ shadowRoot }: WaybillUploadElement): ShadowRoot {
  if (!shadowRoot) throw new Error('it has no shadow tree')
  return shadowRoot
}

function namesOf(element: WaybillUploadElement): readonly string[] {
  return [...rootOf(element).querySelectorAll('.row')].map(
    (row) => row.querySelector('.name')?.textContent?.trim() ?? '',
  )
}

function buttonOf(element: WaybillUploadElement, part: string, row = ''): HTMLElement | undefined {
  const button = rootOf(element).querySelector<HTMLElement>(`${row} button[part~=${part}]`)
  return button ?? undefined
}

async function untilButton(element: WaybillUploadElement, part: string): Promise<HTMLElement> {
  await eventually(() => buttonOf(element, part)).toBeTruthy()
  const button = buttonOf(element, part)
  if (!button) throw new Error(`there is no button ${part}`)
  return button
}

/** Twelve files that wait for a start; two of another type than the rule `photos` allows. */
async function mountTwelve(): Promise<WaybillUploadElement> {
  const element = await mount(
    `<waybill-upload endpoint="${SIGNER}" rule="photos" autostart="false" multiple></waybill-upload>`,
  )
  await eventually(() => rootOf(element).querySelector('.hint')?.textContent).toContain('Accepted')
  const names = ['0.png', '1.png', '2.png', '3.png', '4.txt', '5.png', '6.png', '7.png']
  const more = ['8.png', '9.png', '10.txt', '11.png']
  choose(
    element,
    ...[...names, ...more].map((name) =>
      randomFile(name, 10, name.endsWith('png') ? 'image/png' : 'text/plain'),
    ),
  )
  await eventually(() => rootOf(element).querySelectorAll('.row.failed').length).toBe(2)
  return element
}

describe('the list', () => {
  it('is collapsed after eight files until all are requested', async () => {
    const element = await mountTwelve()
    expect(namesOf(element)).toHaveLength(8)
    const button = await untilButton(element, 'show-all')
    expect(button.textContent?.trim()).toBe('Show all 12 files')
    expect(button.ariaExpanded).toBe('false')
    button.focus()
    button.click()
    await eventually(() => namesOf(element)).toHaveLength(12)
    await eventually(() => rootOf(element).activeElement?.querySelector('.name')?.textContent).toBe(
      namesOf(element)[8],
    )
    expect(button.ariaExpanded).toBe('true')
    button.click()
    await eventually(() => namesOf(element)).toHaveLength(8)
  })

  it('moves no row while the keyboard is in it, and then moves the failed one to the front', async () => {
    const element = await mountUpload('multiple')
    const gated = gate(element)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    await untilStates(element, 'uploading', 'uploading')
    await eventually(() => namesOf(element)).toEqual(['a.bin', 'b.bin'])
    element.pause(element.items[0]?.id)
    const button = buttonOf(element, 'remove', '.row ~ .row')
    button?.focus()
    gated.refuse()
    await untilStates(element, 'paused', 'failed')
    const orders: string[] = []
    const observer = new MutationObserver(() => {
      // Firefox runs these tests in a window without the focus, where nothing matches `:focus`.
      if (button?.matches(':focus-visible')) orders.push(namesOf(element).join())
    })
    observer.observe(rootOf(element), { attributes: true, childList: true, subtree: true })
    await eventually(() => rootOf(element).querySelector('.row.failed')).toBeTruthy()
    button?.blur()
    await eventually(() => namesOf(element)).toEqual(['b.bin', 'a.bin'])
    observer.disconnect()
    expect(new Set(orders)).not.toContain('b.bin,a.bin')
  })
})

/** An uploader whose signer refuses everything for this many seconds. */
function spentUploader(retryAfterSeconds: number) {
  const details = { allowed: 0, retryAfterSeconds }
  const error = { code: 'QUOTA_EXCEEDED', message: 'spent', details }
  return createUploader({
    endpoint: SIGNER,
    fetch: async () => Response.json({ error }, { status: 429 }),
  })
}

describe('a long name', () => {
  it.each([
    'Kitchen walkthrough with the new owners.mp4',
    'صورة الشاطئ عند الغروب في الصيف الماضي.png',
    '夏休みに海辺で撮影した夕焼けの写真とその他の写真.jpeg',
  ])('has no gap where it is shortened, however wide the row is: %s', async (name) => {
    const element = await mountUpload('autostart="false"')
    element.style.inlineSize = '600px'
    choose(element, randomFile(name))
    const head = () => rootOf(element).querySelector('.head')
    await eventually(() => head()?.textContent).toBeTruthy()
    const full = head()?.textContent ?? ''
    expect(name.startsWith(full)).toBe(true)
    for (let width = 230; width <= 330; width += 7) {
      element.style.inlineSize = `${width}px`
      await eventually(() => gapIn(element)).toBeLessThan(1)
      const text = head()?.textContent ?? ''
      expect(text.endsWith('…') && name.startsWith(text.slice(0, -1))).toBe(true)
    }
    element.style.inlineSize = '600px'
    await eventually(() => head()?.textContent).toBe(full)
    expect(rootOf(element).querySelector('.name .unseen')?.textContent).toBe(name)
  })
})

describe('the grid', () => {
  const rows = (element: WaybillUploadElement, look = '') => [
    ...rootOf(element).querySelectorAll<HTMLElement>(`.row${look}`),
  ]

  it('shows files as square tiles, and failed ones above them as rows with the reason', async () => {
    const element = await mountTwelve()
    element.style.inlineSize = '600px'
    element.layout = 'grid'
    await eventually(() => rows(element, '.tile').length).toBe(10)
    expect(element.getAttribute('layout')).toBe('grid')
    await eventually(() => namesOf(element).slice(0, 3)).toEqual(['4.txt', '10.txt', '0.png'])
    for (const tile of rows(element, '.tile')) expect(tile.offsetHeight).toBe(tile.offsetWidth)
    const [row] = rows(element, '.failed')
    expect(row?.offsetWidth).toBeGreaterThan(500)
    expect(row?.querySelector('.why')?.textContent).toContain('Wrong file type')
    element.setAttribute('layout', 'list')
    await eventually(() => rows(element, '.tile').length).toBe(0)
    expect(element.layout).toBe('list')
  })

  it('is collapsed after 24 tiles, and fills its lines even after failed files', async () => {
    const element = await mount(
      `<waybill-upload endpoint="${SIGNER}" rule="photos" autostart="false" multiple layout="grid"></waybill-upload>`,
    )
    await eventually(() => rootOf(element).querySelector('.hint')?.textContent).toContain(
      'Accepted',
    )
    element.style.inlineSize = '600px'
    element.add([randomFile('a.txt', 10, 'text/plain')])
    element.add(Array.from({ length: 100 }, (_, at) => randomFile(`${at}.png`, 9, 'image/png')))
    await eventually(() => rows(element).length).toBe(25)
    await unfold(element)
    await eventually(() => rows(element).length).toBe(101)
    const topOf = (tile: Element) => tile.getBoundingClientRect().top
    const lines = Map.groupBy(rows(element, '.tile'), topOf)
    expect([...lines.values()].map(({ length }) => length)).toEqual(Array(25).fill(4))
  })

  it("shows a photo's name and buttons to the keyboard", async () => {
    const element = await mountUpload('multiple layout="grid"')
    const canvas = new OffscreenCanvas(9, 9)
    canvas.getContext('2d')
    const png = await canvas.convertToBlob()
    choose(element, new File([png], 'a.png', { type: 'image/png' }))
    await untilStates(element, 'done')
    const button = await untilButton(element, 'remove')
    const opacity = () => getComputedStyle(button.parentElement ?? button).opacity
    const line = rootOf(element).querySelector<HTMLElement>('.tile .line')
    const hidden = matchMedia('(hover: hover)').matches ? '0' : '1'
    expect([opacity(), getComputedStyle(line ?? element).position]).toEqual([hidden, 'absolute'])
    button.focus()
    if (!document.hasFocus()) return // Firefox's window in these tests
    expect([opacity(), getComputedStyle(line ?? element).position]).toEqual(['1', 'static'])
  })
})

/** The space between the two parts of a name, also where one is hidden behind an ellipsis. */
function gapIn(element: WaybillUploadElement): number {
  const [head, tail] = ['.head', '.tail'].map((part) => {
    const range = document.createRange()
    range.selectNodeContents(rootOf(element).querySelector(part) ?? element)
    return range.getBoundingClientRect()
  })
  if (!head || !tail) throw new Error('the name is not divided')
  return Math.min(Math.abs(tail.left - head.right), Math.abs(head.left - tail.right))
}

describe("a row's last button", () => {
  it('cancels an upload in flight, and shows a bin only for a stored file', async () => {
    const element = await mountUpload('autostart="false"')
    const gated = gate(element)
    choose(element, randomFile('a.bin'))
    const button = await untilButton(element, 'remove')
    const looks = () => [button.ariaLabel, button.title, button.querySelector('svg')?.classList[0]]
    expect(looks()).toEqual(['Remove a.bin', 'Remove', 'cancel'])
    element.start()
    await untilStates(element, 'uploading')
    await eventually(looks).toEqual(['Cancel a.bin', 'Cancel', 'cancel'])
    element.pause()
    await untilStates(element, 'paused')
    expect(looks()).toEqual(['Cancel a.bin', 'Cancel', 'cancel'])
    element.resume()
    gated.refuse()
    await untilStates(element, 'failed')
    await eventually(looks).toEqual(['Dismiss a.bin', 'Dismiss', 'cancel'])
  })
})

describe('a failed row', () => {
  it('uses two lines for a long explanation, and shows the rest when it is clicked', async () => {
    const element = await mountUpload('multiple')
    element.style.inlineSize = '18rem'
    const quota = 'This explanation is long. '.repeat(8).trim()
    element.words = { quota }
    element.uploader = spentUploader(60)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'failed')
    const about = () => rootOf(element).querySelector<HTMLElement>('.failed .why')
    await eventually(about).toBeTruthy()
    const hidden = () => (about()?.scrollHeight ?? 0) - (about()?.clientHeight ?? 0)
    expect(hidden()).toBeGreaterThan(30)
    expect(about()?.title).toBe(quota)
    rootOf(element).querySelector<HTMLElement>('.row')?.focus()
    // Firefox runs these tests in a window without the focus, where nothing matches `:focus`.
    if (document.hasFocus()) expect(hidden()).toBe(0)
  })

  it.each(['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt'])(
    'shows on a phone the whole error and all that support needs, in a row of the usual height, %s',
    async (lang) => {
      const element = await mount(
        `<waybill-upload endpoint="${SIGNER}" rule="missing" lang="${lang}"></waybill-upload>`,
      )
      choose(element, randomFile('a.bin'))
      await untilStates(element, 'failed')
      const row = () => rootOf(element).querySelector<HTMLElement>('.row.failed')
      await eventually(row).toBeTruthy()
      const id = () => row()?.querySelector<HTMLElement>('.reference .id')
      expect(id()?.textContent).toBe(`RULE_UNKNOWN ${element.items[0]?.error?.id}`)
      for (const width of [288, 320, 358, 390, 600]) {
        element.style.inlineSize = `${width}px`
        const box = row()?.querySelector('.reference')?.getBoundingClientRect()
        const text = id()?.getBoundingClientRect()
        expect(text?.bottom).toBeLessThanOrEqual((box?.bottom ?? 0) + 2)
        expect(text?.right).toBeLessThanOrEqual(box?.right ?? 0)
        expect(text?.left).toBeGreaterThanOrEqual(box?.left ?? 0)
        const message = row()?.querySelector<HTMLElement>('.message')?.offsetHeight ?? 0
        const least = Number.parseFloat(getComputedStyle(row() ?? element).minBlockSize)
        expect((row()?.offsetHeight ?? 0) - message).toBeLessThanOrEqual(Math.ceil(least))
      }
      element.style.inlineSize = '358px'
      await untilButton(element, 'retry')
      const why = rootOf(element).querySelector('.why')
      expect(why?.scrollHeight).toBeLessThanOrEqual((why?.clientHeight ?? 0) + 1)
      // Where a longer word hides depends on the font.
      const label = rootOf(element).querySelector('.retry .label')
      if (['en', 'ja', 'pt'].includes(lang)) expect(label?.checkVisibility()).toBe(true)
    },
  )

  it.each([
    [288, 'hidden'],
    [358, 'shown'],
  ])('offers a retry, %i pixels wide with its label %s', async (width, words) => {
    const element = await mountUpload('multiple')
    element.style.inlineSize = `${width}px`
    element.uploader = spentUploader(60)
    choose(element, randomFile('a.bin'))
    const button = await untilButton(element, 'retry')
    const label = button.querySelector('.label')
    expect(label?.textContent).toBe('Retry')
    expect(label?.checkVisibility()).toBe(words === 'shown')
    expect(button.querySelector('svg')?.checkVisibility()).toBe(words === 'hidden')
    expect(button.ariaLabel).toBe('Retry a.bin')
  })

  it('offers no retry if it would only fail again', async () => {
    const element = await mountUpload('multiple')
    element.uploader = spentUploader(18 * 3600)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'failed')
    await untilButton(element, 'remove')
    expect(buttonOf(element, 'retry')).toBeUndefined()
    element.uploader = spentUploader(60)
    choose(element, randomFile('b.bin'))
    await untilStates(element, 'failed')
    await untilButton(element, 'retry')
  })
})

describe('the button that clears finished files', () => {
  it('takes them off the list, announces it, and leaves them stored', async () => {
    const element = await mountUpload('multiple')
    const gated = gate(element)
    gated.open()
    await store(element, 'a.bin', 'b.bin')
    const button = await untilButton(element, 'clear')
    button.focus()
    button.click()
    expect(element.items).toEqual([])
    const said = () => rootOf(element).querySelector('[role=status]')?.textContent
    await eventually(said).toBe('2 finished files cleared from the list.')
    expect(rootOf(element).activeElement?.className).toBe('zone')
    expect(gated.asked).not.toContain('/remove')
  })

  it('is missing if a form submits the files', async () => {
    const element = await mountUpload('multiple name="files"')
    await store(element, 'a.bin', 'b.bin')
    await eventually(() => rootOf(element).querySelector('.total.done')).toBeTruthy()
    expect(buttonOf(element, 'clear')).toBeUndefined()
  })
})

describe('the button that retries all', () => {
  it('retries everything retryable, if that is more than one file', async () => {
    const element = await mountUpload('multiple')
    let isSpent = true
    const spent = { code: 'QUOTA_EXCEEDED', message: 'spent', details: { retryAfterSeconds: 60 } }
    element.uploader = createUploader({
      endpoint: SIGNER,
      fetch: async (input, init) =>
        isSpent ? Response.json({ error: spent }, { status: 429 }) : fetch(input, init),
    })
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'failed')
    await untilButton(element, 'retry')
    expect(buttonOf(element, 'retry-all')).toBeUndefined()
    choose(element, randomFile('b.bin'))
    await untilStates(element, 'failed', 'failed')
    const button = await untilButton(element, 'retry-all')
    expect(button.textContent?.trim()).toBe('Retry all')
    isSpent = false
    button.focus()
    button.click()
    await untilStates(element, 'done', 'done')
    await eventually(() => button.isConnected).toBe(false)
    expect(rootOf(element).activeElement).toBe(rootOf(element).querySelector('.total'))
  })
})

describe('the button that pauses all', () => {
  it('is available while something can be paused, and hands its focus to the total', async () => {
    const element = await mountUpload('multiple')
    const gated = gate(element)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    const button = await untilButton(element, 'pause-all')
    button.focus()
    gated.open()
    await untilStates(element, 'done', 'done')
    await eventually(() => button.isConnected).toBe(false)
    expect(rootOf(element).activeElement?.ariaLabel).toBe('All 2 files uploaded')
  })

  it.each(['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt'])(
    'goes below the words where it does not fit beside them, %s',
    async (lang) => {
      const element = await mountUpload(`multiple lang="${lang}"`)
      gate(element)
      choose(element, randomFile('a.bin', 11_600_000), randomFile('b.bin'))
      await untilButton(element, 'pause-all')
      await untilStates(element, 'uploading', 'uploading')
      for (const width of [320, 420, 500]) {
        element.style.inlineSize = `${width}px`
        const total = rootOf(element).querySelector<HTMLElement>('.total')
        expect(total?.offsetHeight).toBeLessThan(125)
        expect(total?.querySelector('progress')?.offsetWidth).toBeGreaterThan(width / 2)
      }
    },
  )

  it('resumes the uploads it has paused', async () => {
    const element = await mountUpload('multiple')
    const gated = gate(element)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    const button = await untilButton(element, 'pause-all')
    await untilStates(element, 'uploading', 'uploading')
    button.click()
    await untilStates(element, 'paused', 'paused')
    expect(await untilButton(element, 'resume-all')).toBe(button)
    gated.open()
    button.click()
    await untilStates(element, 'done', 'done')
  })
})

describe('the drop zone', () => {
  it('is a single row once there are files, and accepts more', async () => {
    const element = await mountUpload('multiple')
    const zone = () => rootOf(element).querySelector<HTMLElement>('.zone')
    const height = () => zone()?.offsetHeight ?? 0
    expect(zone()?.textContent).toContain('Choose files or drop them here')
    const before = height()
    choose(element, randomFile('a.bin'))
    await eventually(() => zone()?.textContent).toContain('Add more files')
    expect(height()).toBeLessThan(before / 2)
    drop(zone() ?? element, 'drop', randomFile('b.bin'))
    await untilStates(element, 'done', 'done')
    element.reset()
    await eventually(height).toBe(before)
  })
})

describe('the total', () => {
  it('has a checkmark once all files are stored', async () => {
    const element = await mountUpload('multiple')
    const gated = gate(element)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    const counted = () => rootOf(element).querySelector('.counted')
    await eventually(() => counted()?.textContent?.trim()).toBe('0 of 2 files uploaded')
    expect(counted()?.querySelector('svg')).toBeNull()
    gated.open()
    await eventually(() => counted()?.textContent?.trim()).toBe('All 2 files uploaded')
    expect(counted()?.querySelector('svg.done')).toBeTruthy()
  })
})

describe("the total's progress bar", () => {
  it("cannot be mistaken for the first file's on a phone", async () => {
    const element = await mountUpload('multiple')
    element.style.inlineSize = '358px'
    element.uploader = gatedUploader().uploader
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    const boxOf = (part: string) => rootOf(element).querySelector(part)?.getBoundingClientRect()
    await eventually(() => boxOf('.total progress')?.height).toBeGreaterThan(0)
    const bottom = boxOf('.total progress')?.bottom ?? 0
    expect(bottom).toBeLessThan(boxOf('.total button')?.top ?? 0)
    expect(boxOf('.row .name')?.top).toBeGreaterThan(bottom + 30)
  })
})

describe("a file's icon", () => {
  const DOCUMENT = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const SLIDES = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

  it.each([
    ['a.pdf', 'application/pdf', 'pdf'],
    ['a.docx', DOCUMENT, 'text'],
    ['a.txt', 'text/plain', 'text'],
    ['a.md', '', 'text'],
    ['a.xlsx', SHEET, 'sheet'],
    ['a.csv', 'text/csv', 'sheet'],
    ['A.XLS', '', 'sheet'],
    ['a.pptx', SLIDES, 'slides'],
    ['a.zip', 'application/zip', 'archive'],
    ['a.tgz', 'application/x-compressed-tar', 'archive'],
    ['a.mp3', 'audio/mpeg', 'audio'],
    ['a.mkv', 'video/x-matroska', 'video'],
    ['a.heic', 'image/heic', 'image'],
    ['a.svg', 'image/svg+xml', 'image'],
    ['a.html', 'text/html', 'code'],
    ['a.json', 'application/json', 'code'],
    ['a.py', '', 'code'],
    ['a.bin', 'application/octet-stream', 'file'],
    ['a', '', 'file'],
  ])('shows its kind: %s, %s', async (name, type, kind) => {
    const element = await mountUpload('autostart="false"')
    element.add([randomFile(name, 10, type)])
    const part = () => rootOf(element).querySelector('.thumb svg')?.getAttribute('part')
    await eventually(part).toBe(`icon ${kind}`)
  })
})

describe('a CSS part', () => {
  it('has a second name for its state', async () => {
    const element = await mountUpload('multiple')
    await store(element, 'a.bin')
    const parts = () =>
      ['row', 'thumb', 'about', 'bars > progress', 'about svg'].map((name) =>
        rootOf(element).querySelector(`.${name}`)?.getAttribute('part'),
      )
    await eventually(parts).toEqual([
      ...['row done', 'thumbnail done', 'status done', 'bar done', 'icon done'],
    ])
  })
})

describe('an animation', () => {
  const names = (element: WaybillUploadElement) =>
    [...rootOf(element).querySelectorAll('.row, .done svg.done path')].map(
      (moving) => getComputedStyle(moving).animationName,
    )

  it('slides in a row, and draws the checkmark', async () => {
    const element = await mountUpload()
    await store(element, 'a.bin')
    await eventually(() => names(element)).toEqual(['enter', 'draw'])
  })

  it('is left out in long lists', async () => {
    const element = await mountUpload('multiple autostart="false"')
    element.add(Array.from({ length: 60 }, (_, index) => new File([], `${index}`)))
    await unfold(element)
    await eventually(() => names(element)).toHaveLength(60)
    expect(new Set(names(element))).toEqual(new Set(['none']))
  })
})
