import { defaultApiPort, parseConfig } from '../config.js'
import { apiUrl } from '../settings/api-address.js'
import { messageOf } from '../stack/errors.js'

const patienceMs = 10_000

/** Health check of the API: ends with 0 only if it answers that requests to it can be done. */
async function run(): Promise<number> {
  const { apiPort: port = defaultApiPort } = parseConfig(process.env)
  const url = `${apiUrl({ host: '127.0.0.1', port })}/readyz`
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
  process.stdout.write(`${answer.status} ${await answer.text()}\n`)
  return answer.ok ? 0 : 1
}

run().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`carillon api health: ${messageOf(error)}\n`)
    process.exitCode = 1
  },
)
