// `npm start`: the system, or with `-- --local-whatsapp` one of its own to try everything in, with a simulated phone.
const isPlayground = process.argv.includes('--local-whatsapp')
await import(isPlayground ? '../dist/proofs/playground/main.js' : '../dist/src/start.js')
