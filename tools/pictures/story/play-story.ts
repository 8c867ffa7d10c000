/**
 * The story of the animation: an upload resumes after a reload, and S3 refuses a lie.
 *
 * @module
 */

import type { OpenStage } from './open-stage.ts'
import type { DroppedFile } from './stage-page.ts'

const FILE: DroppedFile = {
  name: 'Summer Palace panorama.jpg',
  type: 'image/jpeg',
  size: 75 * 1024 ** 2,
  photo: '/palace.jpg',
}
/** The signer of the stage plans parts of 5 MiB. */
const PARTS = 15
/** Once S3 has so many, the pointer goes to the reload button. */
const BEFORE_RELOAD = 4

/** Sent as one form, so that its label has a hash. */
const SMALL_FILE: DroppedFile = { ...FILE, name: 'Summer Palace.jpg', size: 60_000 }

const DROP_ZONE = '[part~=drop-zone]'
const DONE = '[part~=row][part~=done]'
const SEND = '.desk .actions button:first-child'
/** Where the pointer comes from. */
const OUTSIDE = { x: 940, y: 570 }
const BELOW_ROW = { x: 880, y: 300 }
const BESIDE_SEND = { x: 300, y: 296 }
const GLIDE_FRAMES = 7
const FAST_MS = 40
const HALF_MS = 1_600
/** Far more than an upload takes. */
const MOST_FRAMES = 5_000

export interface Played {
  /** What S3 answered to the lie. */
  readonly answer: string
  /** The parts that S3 had when the page was reloaded. */
  readonly partsBeforeReload: number
  /** Whether the stored object has the file's SHA-256. */
  readonly isSame: boolean
}

export async function playStory(stage: OpenStage): Promise<Played> {
  const { page, call, frame, stored } = stage
  let pointer = OUTSIDE

  const showParts = () => call('showParts', [...stored], PARTS)
  const glideTo = async (selector: string, held = '') => {
    const box = await page.locator(selector).boundingBox()
    if (!box) throw new Error(`the stage does not show ${selector}`)
    const from = pointer
    const to = { x: box.x + Math.min(box.width / 2, 200), y: box.y + box.height / 2 }
    for (let step = 1; step <= GLIDE_FRAMES; step++) {
      const way = 1 - (1 - step / GLIDE_FRAMES) ** 3
      pointer = { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way }
      await call('point', pointer.x, pointer.y, held)
      // An upload goes on meanwhile, otherwise it would look stalled.
      stage.sendParts()
      await showParts()
      await frame(FAST_MS)
    }
  }
  /** Moves the pointer off what people read. */
  const rest = async (place = BELOW_ROW) => {
    pointer = place
    await call('point', pointer.x, pointer.y, '')
  }
  const drop = async () => {
    pointer = OUTSIDE
    await glideTo(DROP_ZONE, FILE.name)
    await call('drag', 'dragover', FILE)
    await frame(7 * FAST_MS)
    await call('drag', 'drop', FILE)
    await rest()
  }
  /** Films until the page shows that S3 has so many parts. */
  const filmUntil = (most: number) =>
    stage.paced(HALF_MS, async () => {
      const progress: number[] = []
      const from = stored.size / PARTS
      for (let count = 0; count < MOST_FRAMES; count++) {
        stage.sendParts()
        const shown = await showParts()
        // After a reload, the element first looks for what S3 has.
        if (shown.sent < from) continue
        progress.push(shown.sent)
        await frame(FAST_MS)
        if (shown.parts >= most) return progress
      }
      throw new Error(`S3 has only ${stored.size} of ${PARTS} parts`)
    })
  const click = async (selector: string) => {
    await glideTo(selector)
    await call('press', selector, true)
    await frame(4 * FAST_MS)
    await call('press', selector, false)
  }

  await call('caption', 1, 'Drop a file. It goes straight to your bucket.')
  await showParts()
  await page.locator(DROP_ZONE).waitFor()
  await frame(240)
  await drop()
  await filmUntil(BEFORE_RELOAD)

  await call('caption', 2, 'Reload the page halfway.')
  await frame(300)
  await click('#reload')
  for (const share of [0.2, 0.5, 0.9]) {
    await call('leave', share)
    await frame(4 * FAST_MS)
  }
  const partsBeforeReload = stored.size
  await page.reload()
  await call('caption', 2, 'Reload the page halfway.')
  await rest()
  await showParts()
  await page.locator('[part~=row][part~=interrupted]').waitFor()
  await frame(800)

  await call('caption', 3, 'Drop it again. Only the missing parts are sent.')
  await drop()
  await filmUntil(PARTS)
  await page.locator(DONE).waitFor()
  const isSame = await call('compare')
  await call('caption', 4, 'Stored. It has the same SHA-256.')
  await frame(1_200)

  await call('caption', 5, 'A photo is signed as image/jpeg. Send it as text/html.')
  await call('showDesk', SMALL_FILE)
  await frame(2_200)

  await click(SEND)
  await page.locator(SEND).click()
  await rest(BESIDE_SEND)
  const answer = await stage.answered()
  await frame(300)
  await call('caption', 6, 'S3 itself refuses.')
  await call('stamp')
  await frame(3_500)
  return { answer, partsBeforeReload, isSame }
}
