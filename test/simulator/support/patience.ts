/** Time limits that a busy machine with two slow cores keeps; nothing passes or fails by being fast. */
import { expect, vi } from 'vitest'

const LIMIT_MS = 60_000

export const patiently = () => vi.setConfig({ testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS })

/** Asks again until the expectation that follows holds. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: LIMIT_MS / 2, interval: 50 })
