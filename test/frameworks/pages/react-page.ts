/**
 * An application in React with everything that the hooks give.
 *
 * @module
 */

import { createElement as h, type ReactElement, StrictMode, version } from 'react'
import { createRoot } from 'react-dom/client'
import { uploadHooks } from 'waybill/react'
import { MANNERS } from './manners.ts'

const { useUploads, useInterrupted } = uploadHooks(MANNERS)

function Uploads(): ReactElement {
  const { items, receipts, total, inputProps, dropProps, pause, resume, abort } = useUploads('any')
  const rows = items.map(({ id, name, state, error }) =>
    h(
      'li',
      { key: id },
      h('output', null, `${name} ${error?.code ?? state}`),
      h('button', { type: 'button', className: 'pause', onClick: () => pause(id) }, 'Pause'),
      h('button', { type: 'button', className: 'resume', onClick: () => resume(id) }, 'Go on'),
      h('button', { type: 'button', className: 'cancel', onClick: () => abort(id) }, 'Cancel'),
    ),
  )
  const hidden = receipts.map((value) =>
    h('input', { key: value, type: 'hidden', name: 'files', value }),
  )
  return h(
    'form',
    { id: 'uploads', action: '/submit', method: 'post', encType: 'multipart/form-data' },
    h('label', { id: 'zone', ...dropProps }, 'Files ', h('input', { id: 'file', ...inputProps })),
    h('ul', null, rows),
    hidden,
    h('p', { id: 'total' }, `${total.done} of ${total.files}`),
  )
}

function Unfinished(): ReactElement {
  const { interrupted, items } = useInterrupted()
  const offers = interrupted.map(({ id, name, inputProps }) =>
    h('label', { key: id }, `${name} again `, h('input', { className: 'again', ...inputProps })),
  )
  const hidden = items.map(({ completed }) => completed?.receipt ?? '')
  return h(
    'form',
    { id: 'unfinished', action: '/submit', method: 'post', encType: 'multipart/form-data' },
    offers,
    items.map(({ id, name, state }) => h('output', { key: id }, `${name} ${state}`)),
    hidden.map((value) => h('input', { key: value, type: 'hidden', name: 'files', value })),
  )
}

const place = document.body.appendChild(document.createElement('main'))
place.dataset.framework = `React ${version}`
createRoot(place).render(h(StrictMode, null, h(Uploads), h(Unfinished)))
