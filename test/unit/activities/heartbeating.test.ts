import { getEventListeners } from 'node:events'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { expect, it, vi } from 'vitest'
import { wait } from '../../../src/activities/heartbeating.js'

const environmentOf = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })

it('a delivery that waits leaves nothing on what lives as long as its activity', async () => {
  const environment = environmentOf()
  const { cancelled, cancellationSignal } = environment.context
  const reactions = vi.spyOn(cancelled, 'then')
  await environment.run(async () => await wait(1_200))
  // The environment itself has one.
  expect(reactions.mock.calls.length).toBeLessThan(2)
  expect(getEventListeners(cancellationSignal, 'abort')).toEqual([])
})

it('a wait ends at once where the delivery is not wanted any more', async () => {
  const environment = environmentOf()
  const waiting = environment.run(async () => await wait(60_000))
  environment.cancel('CANCELLED')
  await expect(waiting).rejects.toThrow('CANCELLED')
})
