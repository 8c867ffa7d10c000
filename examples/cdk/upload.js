const signer = 'https://REPLACE-ME.lambda-url.eu-west-1.on.aws/' // the output SignerUrl
const output = document.querySelector('output')

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const [file] = document.querySelector('input').files
  const query = new URLSearchParams({ name: file.name, type: file.type, size: file.size })
  const { presignedPost, error } = await (await fetch(`${signer}?${query}`)).json()
  if (error) return output.append(`The signer refused: ${error.message}\n`)

  const form = new FormData()
  for (const [name, value] of Object.entries(presignedPost.fields)) form.append(name, value)
  form.append('file', file) // must be the last field: S3 ignores fields after it
  const answer = await fetch(presignedPost.url, { method: 'POST', body: form })
  output.append(answer.status === 204 ? `Stored as ${form.get('key')}\n` : await answer.text())
})
