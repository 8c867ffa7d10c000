/**
 * The pictures of the element in the docs and the README, at twice the resolution, light and dark.
 *
 * @module
 */

import type { Browser } from 'playwright'
import { NARROW, openStates, PHONE, type Variant } from './element.ts'

const SHOWN: readonly (Variant & { readonly scene: string })[] = [
  { name: 'element-rest', scene: 'rest' },
  { name: 'element', scene: 'list' },
  { name: 'element-grid', scene: 'album' },
  { name: 'element-errors', scene: 'mistakes' },
  { name: 'element-stopped', scene: 'stopped' },
  { name: 'element-avatar', scene: 'avatarUploading', width: NARROW },
  {
    name: 'element-phone',
    scene: 'phone',
    width: PHONE,
    context: { hasTouch: true, isMobile: true },
  },
  { name: 'element-right-to-left', scene: 'bad line', lang: 'ar', width: NARROW },
]

export interface DocsPicture {
  /** For example `element-dark.png`. */
  readonly file: string
  readonly variant: Variant
  readonly scene: string
}

export const DOCS_PICTURES: readonly DocsPicture[] = SHOWN.flatMap(({ scene, ...shown }) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    file: `${shown.name}-${colorScheme}.png`,
    variant: {
      ...shown,
      hasFaces: true,
      context: { ...shown.context, colorScheme, deviceScaleFactor: 2 },
    },
    scene,
  })),
)

export async function photograph(
  browser: Browser,
  { variant, scene }: DocsPicture,
): Promise<Buffer> {
  const { page } = await openStates(browser, variant, [scene])
  try {
    return await page.locator('section').screenshot({ animations: 'disabled' })
  } finally {
    await page.context().close()
  }
}
