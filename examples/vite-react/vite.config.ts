import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // In `npm run dev`, forwards these requests to the server.
  server: { proxy: { '/api': 'http://localhost:3000', '/photos': 'http://localhost:3000' } },
})
