import { createUploader } from 'waybill/client'

const uploader = createUploader({ endpoint: '/api/uploads' })
const form = document.querySelector('form')
const [progress, status, button] = form.querySelectorAll('progress, output, button')

form.querySelector('[type=file]').addEventListener('change', async ({ target }) => {
  const [file] = target.files
  button.disabled = true
  status.value = ''
  try {
    const upload = uploader.upload(file, {
      onProgress: ({ fraction }) => {
        progress.value = fraction
      },
    })
    const { receipt } = await upload.done
    form.elements.photo.value = receipt
    button.disabled = false
  } catch (error) {
    status.value = error.message
  }
})
