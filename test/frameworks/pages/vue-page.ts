/**
 * The same application in Vue.
 *
 * @module
 */

import { createApp, defineComponent, h, version } from 'vue'
import { uploadComposables } from 'waybill/vue'
import { MANNERS } from './manners.ts'

const { useUploads, useInterrupted } = uploadComposables(MANNERS)
const FORM = { action: '/submit', method: 'post', enctype: 'multipart/form-data' }

const Uploads = defineComponent(() => {
  const { items, receipts, total, inputProps, dropProps, pause, resume, abort } = useUploads('any')
  return () =>
    h('form', { id: 'uploads', ...FORM }, [
      h('label', { id: 'zone', ...dropProps.value }, [
        'Files ',
        h('input', { id: 'file', ...inputProps.value }),
      ]),
      h(
        'ul',
        items.value.map(({ id, name, state, error }) =>
          h('li', { key: id }, [
            h('output', `${name} ${error?.code ?? state}`),
            h('button', { type: 'button', class: 'pause', onClick: () => pause(id) }, 'Pause'),
            h('button', { type: 'button', class: 'resume', onClick: () => resume(id) }, 'Go on'),
            h('button', { type: 'button', class: 'cancel', onClick: () => abort(id) }, 'Cancel'),
          ]),
        ),
      ),
      receipts.value.map((value) =>
        h('input', { key: value, type: 'hidden', name: 'files', value }),
      ),
      h('p', { id: 'total' }, `${total.value.done} of ${total.value.files}`),
    ])
})

const Unfinished = defineComponent(() => {
  const { interrupted, items } = useInterrupted()
  return () =>
    h('form', { id: 'unfinished', ...FORM }, [
      interrupted.value.map(({ id, name, inputProps }) =>
        h('label', { key: id }, [`${name} again `, h('input', { class: 'again', ...inputProps })]),
      ),
      items.value.map(({ id, name, state }) => h('output', { key: id }, `${name} ${state}`)),
      items.value.map(({ id, completed }) =>
        h('input', { key: id, type: 'hidden', name: 'files', value: completed?.receipt ?? '' }),
      ),
    ])
})

const place = document.body.appendChild(document.createElement('main'))
place.dataset.framework = `Vue ${version}`
createApp(() => [h(Uploads), h(Unfinished)]).mount(place)
