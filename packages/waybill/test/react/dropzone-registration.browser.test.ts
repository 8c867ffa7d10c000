import { eventually } from '@waybill/test-support/eventually'
import { createElement as h } from 'react'
import { expect, it } from 'vitest'
import { UploadDropzone } from 'waybill/react/dropzone'
import { render } from './rendered.ts'

// Imports nothing that registers the element.
it('UploadDropzone registers the element only once its properties can be set', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  place.innerHTML = '<waybill-upload></waybill-upload>'
  const [fromServer] = place.children
  expect(fromServer?.matches(':defined')).toBe(false)
  const { find } = render(h(UploadDropzone, { endpoint: '/api/uploads', multiple: true }))
  await eventually(() => fromServer?.matches(':defined')).toBe(true)
  expect(find('waybill-upload')).toMatchObject({ endpoint: '/api/uploads', multiple: true })
  place.remove()
})
