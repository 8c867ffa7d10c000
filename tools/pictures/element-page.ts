/**
 * The page for pictures. It shows one state of `<waybill-upload>`, or all of them.
 *
 * @module
 */

import { render } from 'lit'
import { AvatarView } from '../../packages/waybill/src/element/view/avatar.ts'
import { FileList } from '../../packages/waybill/src/element/view/list/file-list.ts'
import { styles } from '../../packages/waybill/src/element/view/styles.ts'
import { renderUpload } from '../../packages/waybill/src/element/view/view.ts'
import { loadTexts } from '../../packages/waybill/src/element/words/language.ts'
import { elementScenes } from './element-scenes.ts'
import { elementStates, modelOf } from './element-states.ts'
import type { Photos } from './photos.ts'

const nothing = () => {}
const ACTIONS = {
  choose: nothing,
  chooseFolder: nothing,
  capture: nothing,
  start: nothing,
  pause: nothing,
  resume: nothing,
  retry: nothing,
  remove: nothing,
  undo: nothing,
  clear: nothing,
  chooseForInterrupted: nothing,
  forgetInterrupted: nothing,
}

interface Shown {
  readonly photos: Photos
  readonly lang?: string
  readonly density?: string
  readonly layout?: string
}

/** Sections of the photos, so that an album does not repeat itself. */
const CROPS = [
  ...(['palace', 'coffee', 'rocket'] as const).map((name) => ({ name, x: 80, y: 0, side: 320 })),
  ...(
    [
      ['coffee', 40, 90, 210],
      ['palace', 230, 70, 220],
      ['rocket', 230, 60, 240],
      ['coffee', 200, 100, 200],
      ['palace', 0, 40, 200],
    ] as const
  ).map(([name, x, y, side]) => ({ name, x, y, side })),
]

function crop(photos: Photos): Promise<readonly string[]> {
  return Promise.all(
    CROPS.map(async ({ name, x, y, side }) => {
      const image = new Image()
      image.src = photos[name]
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = side
      canvas.getContext('2d')?.drawImage(image, x, y, side, side, 0, 0, side, side)
      return canvas.toDataURL('image/jpeg', 0.9)
    }),
  )
}

/** @param names - States or scenes. Without names, shows all states. */
export async function show(
  { photos, lang = 'en', density = '', layout }: Shown,
  names?: readonly string[],
): Promise<readonly string[]> {
  const texts = await loadTexts(lang)
  const states = elementStates(photos.coffee)
  const shown = names ?? Object.keys(states)
  const models = { ...states, ...elementScenes(photos, await crop(photos)) }
  document.querySelector('main')?.append(
    ...shown.map((name) => {
      const host = document.createElement('section')
      if (density) host.setAttribute('density', density)
      host.id = name
      host.lang = lang
      const root = host.attachShadow({ mode: 'open' })
      const { shape } = states[name] ?? {}
      if (shape) host.setAttribute('shape', shape)
      const effects = {
        ...{ status: nothing, alert: nothing, render: async () => {} },
        ...{ isInUse: () => false, focusedRow: () => undefined },
      }
      const view = shape === 'avatar' ? new AvatarView(effects) : new FileList(effects)
      root.adoptedStyleSheets = [styles, ...view.styles].flatMap(
        ({ styleSheet }) => styleSheet ?? [],
      )
      render(renderUpload(modelOf({ layout, ...models[name] }, texts), ACTIONS, view), root)
      return host
    }),
  )
  const images = shown.flatMap((name) => [
    ...(document.getElementById(name)?.shadowRoot?.querySelectorAll('img') ?? []),
  ])
  // A lazy image outside the viewport would never be loaded. Nor would a typeface be loaded yet.
  for (const image of images) image.loading = 'eager'
  await Promise.all([
    ...images.map((image) => image.decode().catch(nothing)),
    ...[...document.fonts].map((face) => face.load()),
  ])
  return shown
}

Object.assign(globalThis, { show })
