/** `npm run simulator`: a local WhatsApp, until it is told to stop. */
import { parseArgs } from 'node:util'
import { messageOf } from './failure.js'
import { startSimulator } from './simulator.js'
import { screen, USAGE } from './screen.js'

const port = (name: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw new Error(`--${name}: expected a port, 0 to 65535, got '${value}'`)
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'control-port': { type: 'string' },
      'media-port': { type: 'string' },
      state: { type: 'string' },
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const warn = (error: unknown) => {
    if (!values.quiet) console.error(`simulator: ${messageOf(error)}`)
  }
  const whatsapp = port('port', values.port)
  const control = port('control-port', values['control-port'])
  const media = port('media-port', values['media-port'])
  const { endpoints, close } = await startSimulator({
    stateDir: values.state,
    ports: {
      ...(whatsapp !== undefined && { whatsapp }),
      ...(control !== undefined && { control }),
      ...(media !== undefined && { media }),
    },
    warn,
    died: (error) => {
      console.error(`simulator: ${messageOf(error)}: it can't go on`)
      process.exit(1)
    },
  })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`simulator: closing failed: ${messageOf(error)}`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (values.json) console.log(JSON.stringify(endpoints))
  else if (!values.quiet)
    console.log(screen(endpoints, new URL('trust.js', import.meta.url).href, values.state))
}

run().catch((error: unknown) => {
  console.error(`simulator: ${messageOf(error)}`)
  process.exit(1)
})
