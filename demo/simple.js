const output = document.querySelector('output')

document.querySelector('input').addEventListener('change', async ({ target }) => {
  const [file] = target.files
  if (!file) return // the user cleared the selection
  const query = new URLSearchParams({ name: file.name, type: file.type, size: file.size })
  output.textContent = `Sending ${file.name}`
  const { presignedPost, error } = await (await fetch(`/api/uploads?${query}`)).json()
  if (error) return output.append(`\nThe signer refused: ${error.message}`)

  const form = new FormData()
  for (const [name, value] of Object.entries(presignedPost.fields)) form.append(name, value)
  form.append('file', file) // must be the last field: S3 ignores fields after it
  const answer = await fetch(presignedPost.url, { method: 'POST', body: form })
  const said = answer.status === 204 ? `Stored as ${form.get('key')}` : await answer.text()
  output.append(`\nS3 answered ${answer.status}\n${said}`)
})

// There is no network or no signer, or the bucket's CORS rules do not allow this page.
window.addEventListener('unhandledrejection', ({ reason }) => output.append(`\n${reason}`))
