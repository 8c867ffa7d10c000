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
/** The page is reloaded once S3 has so many. */
const BEFORE_RELOAD = 7

const DROP_ZONE = '[part~=drop-zone]'
const DONE = '[part~=row][part~=done]'
const LIE = 'input[value=type]'
const SEND = '.desk .actions button:first-child'
/** Where the pointer comes from. */
const OUTSIDE = { x: 940, y: 570 }
const GLIDE_FRAMES = 7
const FAST_MS = 40
const HALF_MS = 1_700
const TYPED_FRAMES = 20
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
  const drop = async () => {
    pointer = OUTSIDE
    await glideTo(DROP_ZONE, FILE.name)
    await call('drag', 'dragover', FILE)
    await frame(7 * FAST_MS)
    await call('drag', 'drop', FILE)
    await call('point', pointer.x, pointer.y, '')
  }
  const showParts = () => call('showParts', [...stored], PARTS)
  const filmUntil = (isReached: () => Promise<boolean> | boolean) =>
    stage.paced(HALF_MS, async () => {
      for (let count = 0; !(await isReached()); count++) {
        if (count === MOST_FRAMES) throw new Error(`S3 has only ${stored.size} of ${PARTS} parts`)
        stage.sendParts()
        await showParts()
        await frame(FAST_MS)
      }
      await showParts()
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
  await frame(700)
  await drop()
  await filmUntil(() => stored.size >= BEFORE_RELOAD)

  await call('caption', 2, 'Reload the page halfway.')
  await frame(300)
  await click('#reload')
  await call('leave')
  await frame(5 * FAST_MS)
  const partsBeforeReload = stored.size
  await page.reload()
  await call('caption', 2, 'Reload the page halfway.')
  await call('point', pointer.x, pointer.y, '')
  await showParts()
  await page.locator('[part~=row][part~=interrupted]').waitFor()
  await frame(1_200)

  await call('caption', 3, 'Drop it again. Only the missing parts are sent.')
  await drop()
  await filmUntil(() => page.locator(DONE).isVisible())
  const isSame = await call('compare')
  await call('caption', 3, 'Stored. It has the same SHA-256.')
  await frame(1_900)

  await call('caption', 4, 'Now send S3 something else than was signed.')
  await call('showDesk')
  await frame(1_000)
  await glideTo(LIE)
  await page.locator(LIE).check()
  await page.locator('[data-changed]').waitFor()
  await frame(1_200)

  await call('caption', 5, 'S3 itself refuses.')
  await click(SEND)
  await page.locator(SEND).click()
  const answer = await stage.answered()
  for (let typed = 1; typed <= TYPED_FRAMES; typed++) {
    await call('type', typed / TYPED_FRAMES)
    await frame(FAST_MS)
  }
  await frame(6 * FAST_MS)
  await call('stamp')
  await frame(2_800)
  return { answer, partsBeforeReload, isSame }
}
