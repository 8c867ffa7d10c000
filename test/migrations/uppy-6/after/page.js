import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import { createUploader } from 'waybill/client'
import { WaybillUploader } from 'waybill/uppy'

const uploader = createUploader({ endpoint: '/api/uploads' })

new Uppy({ autoProceed: true })
  .use(Dashboard, { inline: true, target: '#uploads' })
  .use(WaybillUploader, { uploader })
