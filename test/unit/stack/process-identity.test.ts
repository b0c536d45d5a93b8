import { afterEach, expect, it, vi } from 'vitest'
import { isRunning, self } from '../../../src/stack/process-identity.js'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

it('a process is the same one for who asks in another time zone, where only ps tells', () => {
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'darwin' } }))
  vi.stubEnv('TZ', 'America/New_York')
  const here = self()
  vi.stubEnv('TZ', 'Asia/Tokyo')
  expect(isRunning(here)).toBe(true)
})
