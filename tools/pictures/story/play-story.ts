/**
 * The story of the animation: an upload resumes after a reload, and S3 refuses a lie.
 *
 * @module
 */

import type { OpenStage } from './open-stage.ts'
import type { DroppedFile } from './stage-page.ts'

const MIB = 1024 ** 2
const LARGE: DroppedFile = {
  name: 'Summer Palace panorama.jpg',
  type: 'image/jpeg',
  size: 75 * MIB,
  photo: '/palace.jpg',
}
const SMALL: readonly DroppedFile[] = [
  { name: 'Quarterly report.pdf', type: 'application/pdf', size: 180_000 },
  { name: 'IMG_4021.jpg', type: 'image/jpeg', size: 340_000, photo: '/coffee.jpg' },
]
/** The signer of the stage plans parts of 5 MiB. */
const PARTS = 15
/** The page is reloaded once S3 has so many. */
const BEFORE_RELOAD = 5

const DROP_ZONE = '[part~=drop-zone]'
const DONE = '[part~=row][part~=done]'
const LIE = 'input[value=type]'
const SEND = '.desk .actions button:first-child'
/** Where the pointer comes from. */
const OUTSIDE = { x: 940, y: 600 }
const GLIDE_FRAMES = 7
const TYPED_AT_ONCE = 12
const FAST_MS = 40
const STEP_MS = 60
/** Far more than an upload takes. */
const MOST_FRAMES = 5_000

export interface Played {
  /** What S3 answered to the lie. */
  readonly answer: string
  /** The parts that S3 had when the page was reloaded. */
  readonly partsBeforeReload: number
}

export async function playStory(stage: OpenStage): Promise<Played> {
  const { page, call, frame, stored } = stage
  let pointer = OUTSIDE
  let objects: readonly string[] = []

  const glideTo = async (selector: string, held = '') => {
    const box = await page.locator(selector).boundingBox()
    if (!box) throw new Error(`the stage does not show ${selector}`)
    const from = pointer
    const to = { x: box.x + Math.min(box.width / 2, 200), y: box.y + box.height / 2 }
    for (let step = 1; step <= GLIDE_FRAMES; step++) {
      const way = 1 - (1 - step / GLIDE_FRAMES) ** 3
      pointer = { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way }
      await call('point', pointer.x, pointer.y, held)
      await frame(FAST_MS)
    }
  }
  const drop = async (files: readonly DroppedFile[], held: string) => {
    pointer = OUTSIDE
    await glideTo(DROP_ZONE, held)
    await call('drag', 'dragover', files)
    await frame(7 * FAST_MS)
    await call('drag', 'drop', files)
    await call('point', pointer.x, pointer.y, '')
  }
  const showBucket = async () => {
    objects = [...new Set([...(await call('uploaded')), ...objects])]
    await call('showBucket', [...stored], PARTS, objects)
  }
  const filmUntil = async (isReached: () => Promise<boolean> | boolean) => {
    for (let count = 0; !(await isReached()); count++) {
      if (count === MOST_FRAMES) throw new Error(`S3 has only ${stored.size} of ${PARTS} parts`)
      stage.sendParts()
      await showBucket()
      await frame(STEP_MS)
    }
    await showBucket()
  }
  const click = async (selector: string) => {
    await glideTo(selector)
    await call('press', selector, true)
    await frame(4 * FAST_MS)
    await call('press', selector, false)
  }

  await call('caption', 1, 'Drop files. They go straight to your bucket.')
  await showBucket()
  await page.locator(DROP_ZONE).waitFor()
  await frame(1_000)
  await drop([LARGE, ...SMALL], '3 files')
  await filmUntil(() => stored.size >= BEFORE_RELOAD)

  await call('caption', 2, 'Reload the page in the middle of it.')
  await click('#reload')
  const partsBeforeReload = stored.size
  await page.reload()
  await call('caption', 2, 'Reload the page in the middle of it.')
  await call('point', pointer.x, pointer.y, '')
  await showBucket()
  await page.locator('[part~=row][part~=interrupted]').waitFor()
  await frame(1_600)

  await call('caption', 3, 'Drop it again. It resumes from the parts S3 has.')
  await drop([LARGE], LARGE.name)
  await filmUntil(() => page.locator(DONE).isVisible())
  await frame(1_800)

  await call('caption', 4, 'Now lie about what was signed.')
  await call('showDesk')
  await frame(1_400)
  await glideTo(LIE)
  await page.locator(LIE).check()
  await page.locator('[data-changed]').waitFor()
  await frame(1_800)

  await call('caption', 5, 'S3 itself refuses.')
  await click(SEND)
  await page.locator(SEND).click()
  const answer = await stage.answered()
  for (let length = 0; length < answer.length; length += TYPED_AT_ONCE) {
    await call('type', length)
    await frame(FAST_MS)
  }
  await call('type', answer.length)
  await frame(6 * FAST_MS)
  await call('stamp')
  await frame(3_600)
  return { answer, partsBeforeReload }
}
