import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string) => resolve(import.meta.dirname, path);

// Entries and chunks of `main` share one folder: src/threads/thread-file.ts relies on it.
export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          gatehouse: at('src/cli/index.ts'),
          admin: at('src/threads/admin.ts'),
          gateway: at('src/threads/gateway.ts'),
          'log-writer': at('src/threads/log-writer.ts'),
          'api-writer': at('src/threads/api-writer.ts'),
          rehearsal: at('src/threads/rehearsal.ts'),
          review: at('src/threads/review.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    build: { rollupOptions: { input: { index: at('src/renderer/index.html') } } },
  },
});
