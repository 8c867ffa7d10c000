const uploads = document.querySelector('#uploads')
uploads.innerHTML = '<input type="file"> <button>Upload</button> <output></output>'
const [input, button, output] = uploads.children

button.addEventListener('click', async () => {
  const { presignedPost } = await (await fetch('/api/uploads')).json()
  const form = new FormData()
  for (const [name, value] of Object.entries(presignedPost.fields)) form.append(name, value)
  form.append('file', input.files[0]) // must be the last field
  const response = await fetch(presignedPost.url, { method: 'POST', body: form })
  output.value = response.status === 204 ? 'Uploaded' : 'The upload failed'
})
