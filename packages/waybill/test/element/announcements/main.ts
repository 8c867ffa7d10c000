/**
 * `npm run announcements`: plays ten scenes and prints what a screen reader is told in each, with the
 * seconds at which it is told. Of the first two it also prints the roles and names found meanwhile.
 *
 * @module
 */

import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../../../../tools/chromium.ts'
import { openLivePage } from './live-page.ts'
import { playScene, SCENES } from './scenes.ts'

const browser = await chromium.launch({
  executablePath: findHeadlessChromium(),
  args: CHROMIUM_FLAGS,
})
for (const [index, scene] of SCENES.entries()) {
  console.log(`\n${index + 1}. ${scene.name}, ${scene.bytesPerSecond / 1_000_000} MB/s\n`)
  const live = await openLivePage(browser, scene.bytesPerSecond)
  const ended = playScene(scene, live)
  if (index < 2) {
    await live.untilTold(/./)
    console.log(`${await live.accessibilityTree()}\n`)
  }
  await ended
  for (const { seconds, role, text } of live.told) {
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${role.padEnd(6)}  ${text}`)
  }
  await live.close()
}
await browser.close()
