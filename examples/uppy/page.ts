import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import type { CompleteResponse } from 'waybill'
import { createUploader } from 'waybill/client'
import { WaybillUploader } from 'waybill/uppy'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'

type Body = Pick<CompleteResponse, 'key' | 'receipt'>

const button = document.querySelector('button')
const photo = document.querySelector<HTMLInputElement>('[name=photo]')
const uploader = createUploader({ endpoint: '/api/uploads' })

const uppy = new Uppy<Record<string, unknown>, Body>({
  autoProceed: true,
  restrictions: { maxNumberOfFiles: 1, allowedFileTypes: ['image/*'] },
})
  .use(Dashboard, { inline: true, target: '#uploads', height: 320 })
  .use(WaybillUploader, { uploader, rule: 'photo' })

// The form gets the receipt. If the user removes the photo, the receipt is removed too.
uppy.on('upload-success', (_file, { body }) => hold(body?.receipt))
uppy.on('file-removed', () => hold(undefined))

function hold(receipt = ''): void {
  if (photo) photo.value = receipt
  if (button) button.disabled = !receipt
}
