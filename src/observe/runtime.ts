import { Runtime } from '@temporalio/worker'
import { temporalLogger, type Logger } from '../logging.js'
import { freePort } from '../stack/ports.js'

/** Reads the metrics of Temporal's SDK as Prometheus text. */
export type SdkMetrics = () => Promise<string>

const tries = 5
const scrapeTimeoutMs = 2_000

/**
 * Installs the runtime that all workers of the process share. The SDK can give its metrics only on a port of its own:
 * a free one on loopback, so that one endpoint of ours shows both.
 */
export async function installRuntime(logger: Logger, withMetrics: boolean): Promise<SdkMetrics | undefined> {
  // Signals are the caller's: it closes in its own order.
  const options = { shutdownSignals: [], logger: temporalLogger(logger) }
  if (!withMetrics) {
    Runtime.install(options)
    return undefined
  }
  for (let left = tries; ; left -= 1) {
    const bindAddress = `127.0.0.1:${await freePort()}`
    try {
      Runtime.install({
        ...options,
        telemetryOptions: {
          metrics: {
            prometheus: {
              bindAddress,
              countersTotalSuffix: true,
              unitSuffix: true,
              useSecondsForDurations: true,
            },
          },
        },
      })
      return async () => {
        const answer = await fetch(`http://${bindAddress}/metrics`, {
          signal: AbortSignal.timeout(scrapeTimeoutMs),
        })
        if (!answer.ok) throw new Error(`the metrics of Temporal's SDK answered ${answer.status}`)
        return await answer.text()
      }
    } catch (error) {
      // Between the look for a free port and its use another process may take it.
      if (left <= 1 || !(error instanceof Error && /in use/i.test(error.message))) throw error
    }
  }
}
