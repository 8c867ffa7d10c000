import { tanstackStart } from '@tanstack/react-start/plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

export default defineConfig(({ command, mode }) => {
  // Vite does not put .env into `process.env`.
  if (command === 'serve') Object.assign(process.env, loadEnv(mode, process.cwd(), ''))
  return { plugins: [tanstackStart(), react()] }
})
