// Runs a TypeScript file in a process of its own: `node run-ts.mjs <file> [arguments]`.
import { runnerImport } from 'vite'

process.argv.splice(1, 1)
await runnerImport(process.argv[1], { configFile: false, logLevel: 'error' })
