import { createUploader } from 'waybill/client'

const uploader = createUploader({ endpoint: '/api/uploads' })
const uploads = document.querySelector('#uploads')
uploads.innerHTML = '<input type="file"> <button>Upload</button> <output></output>'
const [input, button, output] = uploads.children

button.addEventListener('click', async () => {
  try {
    await uploader.upload(input.files[0]).done
    output.value = 'Uploaded'
  } catch (error) {
    output.value = error.message
  }
})
