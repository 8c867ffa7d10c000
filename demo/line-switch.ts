import { element } from './elements.ts'

export async function showLineSwitch(): Promise<void> {
  const answer = await fetch('/api/line')
  if (!answer.ok) throw new Error(`the line cannot be read: ${answer.status}`)
  const { state } = await answer.json()
  const choices = element('line', HTMLFieldSetElement)
  choices.disabled = false
  for (const input of choices.querySelectorAll('input')) {
    input.checked = input.value === state
    input.addEventListener('change', () => void set(input.value))
  }
}

async function set(state: string): Promise<void> {
  const answer = await fetch(`/api/line?state=${state}`, { method: 'POST' })
  if (!answer.ok) throw new Error(`the line could not be set: ${await answer.text()}`)
}
