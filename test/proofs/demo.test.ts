import { expect, test } from 'vitest'
import type { DemoResult } from '../../proofs/demo/report.js'
import { runProof } from '../support/run-proof.js'

test('npm run demo, with few groups: every recipient has every message once, with the image that was sent', async () => {
  const { result, exitCode, said } = await runProof<DemoResult>('demo', '--groups 3 --members 2 --due-in 3')
  expect(exitCode, said).toBe(0)
  expect(result).toMatchObject({
    groups: 3,
    recipients: 6,
    messages: { distinct: 6, read: 12 },
    duplicates: 0,
    lost: 0,
    outOfOrder: 0,
    uploads: 1,
  })
})
