/**
 * The story of the animation: an upload continues after a reload, and S3 refuses a changed form.
 *
 * @module
 */

import type { OpenStage } from './open-stage.ts'

const MIB = 1024 ** 2
const FILE = { name: 'Summer Palace panorama.jpg', size: 95 * MIB }
/** The signer of the stage plans parts of 5 MiB. */
const PARTS = 19
/** The page is reloaded once S3 has so many. */
const BEFORE_RELOAD = 6
const OTHER_TYPE = 'text/html'

const DROP_ZONE = '[part~=drop-zone]'
/** Where the pointer comes from. */
const OUTSIDE = { x: 860, y: 440 }
/** In bytes per second. An upload takes long enough to be seen, or all but stops. */
const RATE = 8_000_000
const SLOW_RATE = 10_000
const GLIDE_FRAMES = 8
const FAST_MS = 40
const STEP_MS = 80
/** Far more than an upload takes. */
const MOST_FRAMES = 1_000

export interface Played {
  /** What S3 answered to the changed form. */
  readonly answer: string
  /** The parts that S3 had when the page was reloaded. */
  readonly partsBeforeReload: number
}

export async function playStory(stage: OpenStage): Promise<Played> {
  const { page, call, frame, sendAt, stored } = stage
  let pointer = OUTSIDE

  const glideTo = async (selector: string, held = '') => {
    const box = await page.locator(selector).boundingBox()
    if (!box) throw new Error(`the stage does not show ${selector}`)
    const from = pointer
    const to = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    for (let step = 1; step <= GLIDE_FRAMES; step++) {
      const way = 1 - (1 - step / GLIDE_FRAMES) ** 3
      pointer = { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way }
      await call('point', pointer.x, pointer.y, held)
      await frame(FAST_MS)
    }
  }
  const dropFile = async () => {
    pointer = OUTSIDE
    await glideTo(DROP_ZONE, FILE.name)
    await call('drag', 'dragover', FILE)
    await frame(7 * FAST_MS)
    await sendAt(RATE)
    await call('drag', 'drop', FILE)
    await call('point', pointer.x, pointer.y, '')
  }
  const showParts = () => call('showParts', [...stored], PARTS)
  const filmUntil = async (isReached: () => Promise<boolean> | boolean) => {
    for (let count = 0; !(await isReached()); count++) {
      if (count === MOST_FRAMES) throw new Error(`S3 has only ${stored.size} of ${PARTS} parts`)
      await showParts()
      await frame(STEP_MS)
    }
    await showParts()
  }
  const click = async (id: string) => {
    await glideTo(`#${id}`)
    await call('press', id, true)
    await frame(4 * FAST_MS)
    await call('press', id, false)
  }

  await call('caption', 1, 'Drop a file. It goes straight to your bucket.')
  await page.locator(DROP_ZONE).waitFor()
  await frame(1_000)
  await dropFile()
  await filmUntil(() => stored.size >= BEFORE_RELOAD)
  await sendAt(SLOW_RATE)

  await call('caption', 2, 'Reload the page in the middle of it.')
  await click('reload')
  const partsBeforeReload = stored.size
  await page.reload()
  await call('caption', 2, 'Reload the page in the middle of it.')
  await call('point', pointer.x, pointer.y, '')
  await showParts()
  await page.locator('[part~=row][part~=interrupted]').waitFor()
  await frame(1_600)

  await call('caption', 3, 'Drop it again: it resumes from the parts S3 has.')
  await dropFile()
  await filmUntil(() => page.locator('[part~=row][part~=done]').isVisible())
  await frame(1_800)

  await call('caption', 4, 'Now change one field of a signed form.')
  await call('showForm')
  await frame(1_200)
  await glideTo('#field-Content-Type')
  for (let length = 1; length <= OTHER_TYPE.length; length++) {
    await call('changeType', OTHER_TYPE.slice(0, length))
    await frame(STEP_MS)
  }
  await frame(800)

  await call('caption', 5, 'S3 itself refuses it.')
  await click('post')
  const answer = await call('send')
  for (let length = 0; length < answer.length; length += 8) {
    await call('showAnswer', answer.slice(0, length), false)
    await frame(FAST_MS)
  }
  await call('showAnswer', answer, false)
  await frame(6 * FAST_MS)
  await call('showAnswer', answer, true)
  await frame(3_200)
  return { answer, partsBeforeReload }
}
