import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { choosePorts, freePort, postgresPort, temporalPort, uiPort } from '../../src/stack/ports.js'
import { anyPorts } from './support/temporary-home.js'

it('names the taken port, who has it, and the variable that changes it', async () => {
  const port = await freePort()
  await hold(port)
  const choice = choosePorts([temporalPort, postgresPort], {
    CARILLON_TEMPORAL_PORT: String(port),
    CARILLON_POSTGRES_PORT: '0',
  })
  await expect(choice).rejects.toThrow(
    new RegExp(
      `^Temporal: port ${port} is in use by process ${process.pid}: .*\\. ` +
        'Set CARILLON_TEMPORAL_PORT to another port, or to 0 for any free one\\.$',
    ),
  )
})

it('names every bad variable with its value', async () => {
  const env = { CARILLON_TEMPORAL_PORT: '80x', CARILLON_UI_PORT: '0', CARILLON_POSTGRES_PORT: '70000' }
  await expect(choosePorts([temporalPort, uiPort, postgresPort], env)).rejects.toThrow(
    "CARILLON_TEMPORAL_PORT: expected a port from 0 (any free one) to 65535, got '80x'\n" +
      "CARILLON_POSTGRES_PORT: expected a port from 0 (any free one) to 65535, got '70000'",
  )
})

it('takes 0 for any free port, another for each', async () => {
  const ports = await choosePorts([temporalPort, uiPort, postgresPort], anyPorts)
  expect(new Set(ports).size).toBe(3)
  // Below those that the system gives to outgoing connections, which may take one before the service listens there.
  for (const port of [...ports, await freePort()]) {
    expect(port).toBeGreaterThan(1_024)
    expect(port).toBeLessThan(32_768)
  }
})

it('takes the port that is set', async () => {
  const port = await freePort()
  expect(await choosePorts([uiPort], { CARILLON_UI_PORT: String(port) })).toEqual([port])
})

async function hold(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
}
