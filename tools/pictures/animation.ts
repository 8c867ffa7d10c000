/**
 * The animation in the README: films the story and encodes it with ffmpeg, which must be in the
 * `PATH` and support animated WebP (the encoder `libwebp_anim`, which Debian's package has).
 *
 * @module
 */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright'
import { type Frame, openStage } from './story/open-stage.ts'
import { playStory } from './story/play-story.ts'

const ENCODER = 'libwebp_anim'

export const ANIMATIONS = [
  { file: 'upload-light.webp', colorScheme: 'light' },
  { file: 'upload-dark.webp', colorScheme: 'dark' },
] as const

export function hasEncoder(): boolean {
  const { stdout } = spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' })
  return (stdout ?? '').includes(ENCODER)
}

/**
 * Also photographs how the story ends, for people who prefer reduced motion.
 *
 * @returns The animation's size in bytes.
 */
export async function filmStory(
  browser: Browser,
  { file, colorScheme }: (typeof ANIMATIONS)[number],
  folder: string,
): Promise<number> {
  const stage = await openStage(browser, { colorScheme, deviceScaleFactor: 2 })
  const path = join(folder, file)
  try {
    await playStory(stage)
    await stage.page.screenshot({ path: path.replace('.webp', '.png') })
  } finally {
    await stage.close()
  }
  await encode(stage.frames, path)
  return (await stat(path)).size
}

async function encode(frames: readonly Frame[], path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-frames-'))
  try {
    const lines = ['ffconcat version 1.0']
    for (const [index, { png, lastsMs }] of frames.entries()) {
      const name = `${index}.png`
      await writeFile(join(folder, name), png)
      lines.push(`file ${name}`, `duration ${lastsMs / 1000}`)
    }
    // ffmpeg ignores the duration of the last file, so it is named twice.
    lines.push(`file ${frames.length - 1}.png`)
    const list = join(folder, 'frames.txt')
    await writeFile(list, lines.join('\n'))
    await promisify(execFile)('ffmpeg', [
      ...['-loglevel', 'error', '-y', '-f', 'concat', '-i', list],
      ...['-fps_mode', 'vfr', '-c:v', ENCODER, '-loop', '0'],
      ...['-quality', '88', '-compression_level', '3', path],
    ])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
