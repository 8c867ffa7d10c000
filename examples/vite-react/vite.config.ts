import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // `npm run dev`: what the server answers comes from the server.
  server: { proxy: { '/api': 'http://localhost:3000', '/photos': 'http://localhost:3000' } },
})
