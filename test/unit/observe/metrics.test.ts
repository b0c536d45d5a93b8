import { createServer } from 'node:http'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startMetrics } from '../../../src/observe/metrics.js'
import { openDatabase } from '../../../src/store/database.js'
import { tellEnded, tellSend } from '../../../src/store/sends/ledger-channel.js'
import { parsePrometheus, valueOf } from '../../support/prometheus.js'

const logger = pino({ level: 'silent' })
const address = '127.0.0.1'

test('a part that cannot be read is said so, and the others are shown', async () => {
  const database = openDatabase('postgres://nobody@127.0.0.1:1/none')
  const sdk = () => Promise.reject(new Error('no answer'))
  const metrics = await startMetrics({ port: 0, address, database, sdk, logger })
  try {
    tellEnded([{ state: 'skipped' }, { state: 'unknown' }, { state: 'skipped' }])
    tellSend({ accountId: 'a', outcome: 'acked', elapsedMs: 120 })
    const answer = await fetch(`http://${address}:${metrics.port}/metrics`)
    expect(answer.status).toBe(200)
    const samples = parsePrometheus(await answer.text())
    const isOk = (source: string) => valueOf(samples, 'carillon_scrape_ok', { source })
    expect([isOk('process'), isOk('postgres'), isOk('temporal_sdk')]).toEqual([1, 0, 0])
    expect(valueOf(samples, 'carillon_ledger_transitions_total', { from: 'pending', to: 'skipped' })).toBe(2)
    expect(valueOf(samples, 'carillon_ledger_transitions_total', { from: 'sending', to: 'unknown' })).toBe(1)
    expect(valueOf(samples, 'carillon_send_ack_seconds_sum', { account: 'a' })).toBeCloseTo(0.12)
    expect((await fetch(`http://${address}:${metrics.port}/`)).status).toBe(404)
    expect((await fetch(`http://${address}:${metrics.port}/metrics`, { method: 'POST' })).status).toBe(405)
  } finally {
    await metrics.stop()
    await database.end()
  }
})

test('an address and a port that cannot be had name their variables', async () => {
  const database = openDatabase('postgres://nobody@127.0.0.1:1/none')
  const held = createServer().listen(0, address)
  await new Promise((resolve) => held.once('listening', resolve))
  const { port } = held.address() as { port: number }
  try {
    await expect(startMetrics({ port, address, database, sdk: undefined, logger })).rejects.toThrow(
      `CARILLON_METRICS_PORT: port ${port} on ${address} is in use`,
    )
    await expect(
      startMetrics({ port: 0, address: '192.0.2.1', database, sdk: undefined, logger }),
    ).rejects.toThrow("CARILLON_METRICS_ADDRESS: this machine has no address '192.0.2.1'")
  } finally {
    held.close()
    await database.end()
  }
})
