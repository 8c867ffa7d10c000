/**
 * The page for screenshots. It shows one state of `<waybill-upload>`, or all of them.
 *
 * @module
 */

import { render } from 'lit'
import {
  barCodeStyles,
  renderBarCode,
} from '../../packages/waybill/src/element/view/list/bar-code.ts'
import { FileList } from '../../packages/waybill/src/element/view/list/file-list.ts'
import { styles } from '../../packages/waybill/src/element/view/styles.ts'
import { renderUpload } from '../../packages/waybill/src/element/view/view.ts'
import { loadSpeech } from '../../packages/waybill/src/element/words/load-words.ts'
import { elementStates, modelOf } from './element-states.ts'

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

function picture(): string {
  const canvas = document.createElement('canvas')
  canvas.width = 160
  canvas.height = 120
  const context = canvas.getContext('2d')
  if (!context) return ''
  const sky = context.createLinearGradient(0, 0, 0, 80)
  sky.addColorStop(0, '#3f6fb5')
  sky.addColorStop(1, '#f6c48b')
  context.fillStyle = sky
  context.fillRect(0, 0, 160, 80)
  context.fillStyle = '#fff3d6'
  context.beginPath()
  context.arc(80, 74, 22, 0, Math.PI * 2)
  context.fill()
  context.fillStyle = '#24506e'
  context.fillRect(0, 80, 160, 40)
  return canvas.toDataURL()
}

/** Without names, shows all states. */
export async function show(
  {
    lang = 'en',
    theme = '',
    density = '',
  }: Readonly<Partial<Record<'lang' | 'theme' | 'density', string>>>,
  names?: readonly string[],
): Promise<readonly string[]> {
  const speech = await loadSpeech(lang)
  const states = elementStates(picture())
  const shown = names ?? Object.keys(states)
  document.querySelector('main')?.append(
    ...shown.map((name) => {
      const host = document.createElement('section')
      if (theme) host.setAttribute('theme', theme)
      if (density) host.setAttribute('density', density)
      host.id = name
      host.lang = lang
      const root = host.attachShadow({ mode: 'open' })
      const list = new FileList({
        status: nothing,
        alert: nothing,
        render: async () => {},
      })
      root.adoptedStyleSheets = [
        ...[...styles, ...list.styles],
        ...(theme === 'barcode' ? [barCodeStyles] : []),
      ].flatMap(({ styleSheet }) => styleSheet ?? [])
      const model = {
        ...modelOf(states[name] ?? {}, speech),
        ...(theme === 'barcode' ? { renderBarCode } : {}),
      }
      render(renderUpload(model, ACTIONS, list), root)
      return host
    }),
  )
  const images = shown.flatMap((name) => [
    ...(document.getElementById(name)?.shadowRoot?.querySelectorAll('img') ?? []),
  ])
  // A lazy image outside the viewport would never be loaded.
  for (const image of images) image.loading = 'eager'
  await Promise.all(images.map((image) => image.decode().catch(nothing)))
  return shown
}

Object.assign(globalThis, { show })
